// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {vm} from "../../../test/contracts/Vm.sol";
import {SmartAccount} from "../SmartAccount.sol";
import {IGuardianRecovery} from "./IGuardianRecovery.sol";
import {RecoveryFixture} from "./RecoveryFixture.t.sol";

/**
 * @dev Everybody at once, in any order, on two accounts with the same guardians: guardians ask, freeze and veto, whoever
 * has the owner's key vetoes, changes the terms and removes. It keeps its own books of what was asked for, by whom and
 * when; each recovery is judged by these.
 * @dev Trust: test only.
 */
contract RecoveryHandler is RecoveryFixture {
    struct Book {
        bool pending;
        bytes owner;
        uint256 scheduledAt;
        uint256 weight;
        bytes terms;
        uint256 freezes;
        uint256 frozenAt;
        bytes approvals;
        bytes approvedOwner;
        uint48 approvedUntil;
        bytes approvedTerms;
        bool approvalsVoid;
    }

    /// @dev The first rule that was seen broken; empty while all hold.
    string public broken;
    /// @dev How often each action went through, by its name, so that a run in which nothing happens shows.
    mapping(string action => uint256) public done;

    SmartAccount[2] private _accounts;
    mapping(SmartAccount account => Book) private _books;
    bytes private _other;

    constructor() {
        setUp();
        _accounts[0] = account;
        _books[account].terms = terms;
        Draft memory draft = _draft(keys);
        draft.threshold = 3;
        _other = _encode(draft);
        _accounts[1] = _fresh();
        _books[_accounts[1]].terms = terms;
    }

    // --- What can happen ---

    function ask(uint256 which, uint256 who, uint256 owner) external {
        _choose(which);
        bytes32 before = _traces(_accounts[1 - (which % 2)]);
        bytes memory newOwner = _ownerOf(bound(owner, 1, 5));
        Book storage book = _books[account];
        who %= 8;
        bytes32 digest = recovery.recoveryDigest(address(account), terms, newOwner, _tomorrow());
        try recovery.schedule(address(account), terms, newOwner, _tomorrow(), _approvals(digest, who)) {
            if (_weightOf(who) < _thresholdOf(terms)) _break("asked below the threshold");
            if (book.pending && clock() < book.scheduledAt + 9 days && _weightOf(who) <= book.weight) {
                _break("replaced by no more weight");
            }
            (book.pending, book.owner, book.scheduledAt) = (true, newOwner, clock());
            book.weight = _weightOf(who);
            book.approvalsVoid = true;
            ++done[recovery.requestOf(address(account)).isFinal ? "ask, finally" : "ask"];
        } catch {}
        if (_traces(_accounts[1 - (which % 2)]) != before) _break("touched the other account");
    }

    /// @dev Approvals that are kept, to be tried later.
    function keep(uint256 which, uint256 owner) external {
        _choose(which);
        Book storage book = _books[account];
        book.approvedOwner = _ownerOf(bound(owner, 6, 9));
        (book.approvedUntil, book.approvedTerms) = (uint48(clock() + 365 days), terms);
        book.approvals = _approvals(
            recovery.recoveryDigest(address(account), terms, book.approvedOwner, book.approvedUntil),
            ALL
        );
        book.approvalsVoid = false;
    }

    function replay(uint256 which, uint256 where) external {
        _choose(which);
        Book storage book = _books[account];
        if (book.approvals.length == 0) return;
        SmartAccount target = _accounts[where % 2];
        try
            recovery.schedule(
                address(target),
                book.approvedTerms,
                book.approvedOwner,
                book.approvedUntil,
                book.approvals
            )
        {
            if (target != account) _break("replayed on another account");
            if (book.approvalsVoid) _break("used void approvals");
            book.approvalsVoid = true;
            (book.pending, book.owner, book.scheduledAt) = (true, book.approvedOwner, clock());
            book.weight = 3;
            ++done["replay"];
        } catch {}
    }

    function finish(uint256 which, uint256 owner) external {
        _choose(which);
        bytes32 before = _traces(_accounts[1 - (which % 2)]);
        Book storage book = _books[account];
        bytes memory newOwner = owner % 3 == 0 ? _ownerOf(bound(owner, 1, 9)) : book.owner;
        try recovery.finalizeWith(address(account), newOwner, "") {
            ++done["finish"];
            if (!book.pending) _break("finalised what was vetoed, or twice");
            if (keccak256(newOwner) != keccak256(book.owner)) _break("another owner than asked for");
            if (book.weight < _thresholdOf(book.terms)) _break("finalised below the threshold");
            if (clock() < book.scheduledAt + 2 days) _break("finalised before the delay");
            if (clock() >= book.scheduledAt + 11 days) _break("finalised after the expiry");
            if (!_ownerIs(account, newOwner)) _break("the owner is not the new one");
            (book.pending, book.approvalsVoid) = (false, true);
        } catch {}
        if (_traces(_accounts[1 - (which % 2)]) != before) _break("touched the other account");
    }

    function cancel(uint256 which) external {
        _choose(which);
        Book storage book = _books[account];
        bool final_ = recovery.requestOf(address(account)).isFinal;
        vm.prank(address(account));
        try recovery.cancel(terms) {
            if (final_) _break("vetoed what is final");
            ++done[book.pending ? "cancel what is asked" : "cancel"];
            (book.pending, book.approvalsVoid) = (false, true);
        } catch {}
    }

    function propose(uint256 which, bool removal) external {
        _choose(which);
        bytes memory next = keccak256(terms) == keccak256(_other) ? _encode(_draft(keys)) : _other;
        vm.prank(address(account));
        recovery.proposeChange(terms, removal ? bytes("") : next);
        ++done["propose"];
    }

    function applyIt(uint256 which) external {
        _choose(which);
        IGuardianRecovery.Change memory change = recovery.changeOf(address(account));
        bool live = recovery.requestOf(address(account)).readyAt != 0;
        try recovery.applyChange(address(account)) {
            if (live) _break("changed while a recovery was pending");
            if (clock() < change.readyAt) _break("changed before its wait");
            Book storage book = _books[account];
            book.terms = keccak256(terms) == keccak256(_other) ? _encode(_draft(keys)) : _other;
            book.approvalsVoid = true;
            ++done["applyIt"];
        } catch {}
    }

    function remove(uint256 which) external {
        _choose(which);
        if (!recovery.isRemovable(address(account))) return;
        if (recovery.requestOf(address(account)).readyAt != 0) _break("removable while a recovery was pending");
        ++done["removable"];
    }

    function freezeIt(uint256 which, uint256 who) external {
        _choose(which);
        Book storage book = _books[account];
        try this.freeze(who % 8) {
            if (who % 8 == 0) _break("frozen by nobody");
            if (book.freezes != 0 && clock() < book.frozenAt + 17 days) _break("frozen again too soon");
            (book.freezes, book.frozenAt) = (book.freezes + 1, clock());
            ++done["freezeIt"];
        } catch {}
    }

    function pass(uint256 time) external {
        skip(bound(time, 1 hours, 5 days));
    }

    // --- Private ---

    function _choose(uint256 which) private {
        account = _accounts[which % 2];
        terms = _books[account].terms;
    }

    function _weightOf(uint256 who) private pure returns (uint256) {
        return (who & 1) + ((who >> 1) & 1) + ((who >> 2) & 1);
    }

    function _thresholdOf(bytes memory terms_) private pure returns (uint256) {
        return uint8(terms_[1]);
    }

    /// @dev All that is known of an account.
    function _traces(SmartAccount account_) private view returns (bytes32) {
        (uint256 number, , ) = recovery.freezeOf(address(account_));
        return
            keccak256(
                abi.encode(
                    account_.owner(),
                    account_.epoch(),
                    recovery.nonceOf(address(account_)),
                    recovery.requestOf(address(account_)),
                    recovery.changeOf(address(account_)),
                    number
                )
            );
    }

    function _break(string memory rule) private {
        if (bytes(broken).length == 0) broken = rule;
    }
}

/// @dev Judges what the handler saw. @dev Trust: test only.
contract RecoveryInvariantsTest is RecoveryFixture {
    event Done(string action, uint256 times);

    RecoveryHandler private _handler;

    function setUp() public override {
        vm.warp(1_800_000_000);
        _handler = new RecoveryHandler();
    }

    /// @dev What the runner calls: the handler and nothing else.
    function targetContracts() external view returns (address[] memory list) {
        list = new address[](1);
        list[0] = address(_handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory selectors) {
        selectors = new FuzzSelector[](1);
        selectors[0].addr = address(_handler);
        selectors[0].selectors = new bytes4[](12);
        bytes4[10] memory once = [
            RecoveryHandler.ask.selector,
            RecoveryHandler.keep.selector,
            RecoveryHandler.replay.selector,
            RecoveryHandler.finish.selector,
            RecoveryHandler.cancel.selector,
            RecoveryHandler.propose.selector,
            RecoveryHandler.applyIt.selector,
            RecoveryHandler.remove.selector,
            RecoveryHandler.freezeIt.selector,
            RecoveryHandler.pass.selector
        ];
        for (uint256 i = 0; i < 10; ++i) selectors[0].selectors[i] = once[i];
        selectors[0].selectors[10] = RecoveryHandler.pass.selector;
        selectors[0].selectors[11] = RecoveryHandler.finish.selector;
    }

    /// @dev What a run of the invariants amounts to: every kind of action goes through.
    function test_RandomWalkSucceedsInEveryKind() public {
        string[9] memory kinds = [
            "ask",
            "ask, finally",
            "replay",
            "finish",
            "cancel what is asked",
            "propose",
            "applyIt",
            "removable",
            "freezeIt"
        ];
        for (uint256 i = 0; i < 1500; ++i) {
            uint256 dice = uint256(keccak256(abi.encode(i)));
            (uint256 a, uint256 b, uint256 kind) = ((dice >> 8) & 0xff, dice >> 64, dice % 16);
            if (kind < 3) _handler.ask(a, b, dice >> 128);
            if (kind == 3) _handler.keep(a, b);
            if (kind == 4) _handler.replay(a, b);
            if (kind == 5 || kind == 6) _handler.finish(a, b);
            if (kind == 7) _handler.cancel(a);
            if (kind == 8 && b % 4 == 0) _handler.propose(a, dice >> 255 == 1);
            if (kind == 9) _handler.applyIt(a);
            if (kind == 10) _handler.remove(a);
            if (kind == 11) _handler.freezeIt(a, b);
            if (kind > 11) _handler.pass(b);
        }
        for (uint256 i = 0; i < kinds.length; ++i) {
            emit Done(kinds[i], _handler.done(kinds[i]));
            assertGe(_handler.done(kinds[i]), 1, kinds[i]);
        }
        invariant_noRecoveryBreaksARule();
    }

    function invariant_noRecoveryBreaksARule() public view {
        assertTrue(bytes(_handler.broken()).length == 0, _handler.broken());
    }

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }
}
