// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Execution} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {SessionFixture} from "./SessionFixture.t.sol";

/**
 * @dev A session's key does what it can, and the owner grants, revokes and begins new epochs, in any order. What left the
 * account is read from the token, not from the validator.
 */
contract SessionHandler is SessionFixture {
    uint96 public constant CAP = 1000;

    bytes private _current;
    uint32 private _salt;
    bool private _dead;

    /// @dev What the current session moved or allowed others to move.
    uint256 public taken;
    uint256 public epochs;
    /// @dev Operations that went through, so that a run in which nothing happens shows.
    uint256 public operations;
    /// @dev How often each action went through, by its name.
    mapping(string action => uint256) public done;
    /// @dev The first rule that was seen broken; empty while all hold.
    string public broken;

    constructor() {
        setUp();
        token.mint(address(account), 1e30);
        renew();
    }

    function accountState() external view returns (bytes memory owner, uint256 epoch, bool installed) {
        return (account.owner(), account.epoch(), account.isModuleInstalled(1, address(sessions), ""));
    }

    // --- What can happen ---

    function renew() public {
        Terms memory terms = _transfers(CAP / 2, CAP, 0);
        terms = _may(terms, address(token), token.approve.selector, "");
        terms = _may(terms, address(target), target.fail.selector, "");
        terms.salt = bytes4(++_salt);
        _current = _session(terms);
        if (!_grant(_current)) _break("the owner cannot grant");
        ++done["renew"];
        taken = 0;
        _dead = false;
    }

    function transfer(uint256 amount, uint8 count, bool fails) external {
        amount = bound(amount, 0, CAP);
        uint256 calls = bound(count, 1, 5);
        Execution[] memory batch = new Execution[](calls + (fails ? 1 : 0));
        for (uint256 i = 0; i < calls; ++i) {
            batch[i] = Execution(address(token), 0, abi.encodeCall(token.transfer, (SHOP, amount)));
        }
        if (fails) batch[calls] = Execution(address(target), 0, abi.encodeCall(target.fail, ()));
        if (_try(_useBatch(_current, abi.encode(batch)))) ++done["transfer"];
    }

    function approve(uint256 amount) external {
        amount = bound(amount, 0, CAP);
        bytes memory data = abi.encodeCall(token.approve, (SHOP, amount));
        if (!_try(_use(_current, abi.encodePacked(address(token), uint256(0), data)))) return;
        taken += amount;
        ++done["approve"];
    }

    /// @dev Two operations of one bundle, of which the second may be the owner's revocation's victim.
    function bundle(uint256 amount, bool revokes) external {
        amount = bound(amount, 1, CAP / 2);
        PackedUserOperation[] memory ops = new PackedUserOperation[](2);
        ops[0] =
            revokes
                ? _signed(OWNER_KEY, _single(address(sessions), 0, abi.encodeCall(sessions.revoke, (_idOf(_current)))))
                : _use(_current, _transfer(amount));
        ops[1] = _sign(_draftWith(_callOf(_current, SINGLE, _transfer(amount)), 7), _current, "", "");
        uint256 before = token.balanceOf(SHOP);
        try this.handleBundle(ops) returns (bool[] memory successes) {
            if (revokes) {
                if (successes[1]) _break("an operation after its session's revocation");
                _dead = true;
            }
            ++done[revokes ? "bundle with a revocation" : "bundle"];
            operations += 1;
        } catch {}
        taken += token.balanceOf(SHOP) - before;
    }

    function revoke() external {
        if (!_revoke(_idOf(_current))) _break("the owner cannot revoke");
        ++done["revoke"];
        _dead = true;
    }

    function bump() external {
        if (!_run(abi.encodeCall(account.bumpEpoch, ()))) _break("the owner cannot begin an epoch");
        ++epochs;
        _dead = true;
    }

    /// @dev At what is not a session's to change.
    function escape(uint8 kind) external {
        bytes[5] memory reached = [
            abi.encodeCall(account.installModule, (1, address(this), "")),
            abi.encodeCall(account.uninstallModule, (1, address(sessions), "")),
            abi.encodeCall(account.bumpEpoch, ()),
            abi.encodeCall(account.recoverOwner, (abi.encodePacked(SHOP), 0, 0)),
            abi.encodeCall(account.execute, (SINGLE, _transfer(1)))
        ];
        bytes memory data = reached[bound(kind, 0, 4)];
        bytes memory direct = data;
        bool went = _try(_sign(_draftWith(direct, 0), _current, "", ""));
        went = _try(_use(_current, abi.encodePacked(address(account), uint256(0), data))) || went;
        data = abi.encodeCall(sessions.grant, (_current));
        went = _try(_use(_current, abi.encodePacked(address(sessions), uint256(0), data))) || went;
        if (went) _break("a session reached what is not its own");
    }

    // --- Private ---

    function handleBundle(PackedUserOperation[] calldata ops) external returns (bool[] memory) {
        return _handleAll(ENTRY_POINT, ops);
    }

    function _try(PackedUserOperation memory op) private returns (bool went) {
        uint256 before = token.balanceOf(SHOP);
        try this.handleExternally(op) returns (bool success) {
            went = success;
            if (_dead) _break("an operation of a dead session was valid");
            operations += 1;
        } catch {}
        taken += token.balanceOf(SHOP) - before;
    }

    function _break(string memory what) private {
        if (bytes(broken).length == 0) broken = what;
    }
}

/// @dev Whatever happens, in whatever order.
contract SessionInvariantsTest is SessionFixture {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    event Done(string action, uint256 times);

    SessionHandler private _handler;

    function setUp() public override {
        _handler = new SessionHandler();
    }

    function targetContracts() external view returns (address[] memory contracts) {
        contracts = new address[](1);
        contracts[0] = address(_handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory selectors) {
        selectors = new FuzzSelector[](1);
        selectors[0].addr = address(_handler);
        selectors[0].selectors = new bytes4[](7);
        selectors[0].selectors[0] = SessionHandler.renew.selector;
        selectors[0].selectors[1] = SessionHandler.transfer.selector;
        selectors[0].selectors[2] = SessionHandler.approve.selector;
        selectors[0].selectors[3] = SessionHandler.bundle.selector;
        selectors[0].selectors[4] = SessionHandler.revoke.selector;
        selectors[0].selectors[5] = SessionHandler.bump.selector;
        selectors[0].selectors[6] = SessionHandler.escape.selector;
    }

    /// @dev A handler whose operations never went through would keep every rule.
    function test_theHandlerIsNotIdle() public {
        _handler.transfer(10, 2, false);
        _handler.approve(5);
        _handler.bundle(7, false);
        assertEq(_handler.operations(), 3, "operations");
        assertEq(_handler.taken(), 39, "taken");
    }

    /// @dev What a run of the invariants amounts to: every kind of action goes through.
    function test_aRandomWalkSucceedsInEveryKind() public {
        string[6] memory kinds = ["renew", "transfer", "approve", "bundle", "bundle with a revocation", "revoke"];
        for (uint256 i = 0; i < 300; ++i) {
            uint256 dice = uint256(keccak256(abi.encode(i)));
            uint256 amount = (dice >> 8) % 400;
            uint256 kind = dice % 10;
            if (kind < 2) _handler.renew();
            if (kind == 2 || kind == 3) _handler.transfer(amount, uint8(dice >> 64), dice >> 255 == 1);
            if (kind == 4 || kind == 5) _handler.approve(amount);
            if (kind == 6) _handler.bundle(amount, false);
            if (kind == 7) _handler.bundle(amount, true);
            if (kind == 8) _handler.escape(uint8(dice >> 64));
            if (kind == 9 && amount % 2 == 0) _handler.revoke();
            if (kind == 9 && amount % 2 == 1) _handler.bump();
            this.invariant_aSessionTakesNoMoreThanItsCap();
        }
        for (uint256 i = 0; i < kinds.length; ++i) {
            emit Done(kinds[i], _handler.done(kinds[i]));
            assertGe(_handler.done(kinds[i]), 1, kinds[i]);
        }
        assertGe(_handler.epochs(), 1, "epochs");
        this.invariant_noRuleIsBroken();
        this.invariant_onlyTheOwnerChangesTheAccount();
    }

    function invariant_noRuleIsBroken() public view {
        assertTrue(bytes(_handler.broken()).length == 0, _handler.broken());
    }

    function invariant_aSessionTakesNoMoreThanItsCap() public view {
        assertLe(_handler.taken(), _handler.CAP(), "taken");
    }

    function invariant_onlyTheOwnerChangesTheAccount() public view {
        (bytes memory owner, uint256 epoch, bool installed) = _handler.accountState();
        assertEq(keccak256(owner), keccak256(_ownerOf(OWNER_KEY)), "owner");
        assertEq(epoch, _handler.epochs(), "epoch");
        assertTrue(installed, "validator");
    }
}
