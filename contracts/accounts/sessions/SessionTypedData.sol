// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {ArgumentRules} from "./ArgumentRules.sol";
import {SessionBytes} from "./SessionBytes.sol";

/**
 * @title What an owner signs (EIP-712): every term of a session in the clear, or one operation above an amount
 */
library SessionTypedData {
    using SessionBytes for bytes;

    bytes32 private constant DOMAIN_TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );
    bytes32 private constant SESSION_TYPEHASH = keccak256(
        "Session(address account,bytes32 id,bytes4 salt,uint48 validAfter,uint48 validUntil,uint64 maxFeePerGas,uint32 maxGasPerOperation,uint32 maxUses,uint48 maxGasTotal,uint32 period,address paymaster,bytes signer,Cap[] caps,Action[] actions)Action(address target,bytes4 selector,Rule[] rules)Cap(address asset,uint96 perCall,uint96 total,uint96 perPeriod,uint96 coSignAbove)Rule(uint8 operator,bytes path,bytes32[] values)"
    );
    bytes32 private constant ACTION_TYPEHASH = keccak256(
        "Action(address target,bytes4 selector,Rule[] rules)Rule(uint8 operator,bytes path,bytes32[] values)"
    );
    bytes32 private constant CAP_TYPEHASH = keccak256(
        "Cap(address asset,uint96 perCall,uint96 total,uint96 perPeriod,uint96 coSignAbove)"
    );
    bytes32 private constant RULE_TYPEHASH = keccak256("Rule(uint8 operator,bytes path,bytes32[] values)");
    bytes32 private constant APPROVAL_TYPEHASH = keccak256(
        "OperationApproval(address account,bytes32 session,bytes32 userOpHash)"
    );

    /// @dev Of a session that {SessionForm} accepts.
    function hashGrant(address account, bytes32 id, bytes calldata session) internal view returns (bytes32) {
        bytes memory head = abi.encode(
            SESSION_TYPEHASH,
            account,
            id,
            bytes4(session[:4]),
            session.validAfter(),
            session.validUntil(),
            session.maxFeePerGas(),
            session.maxGasPerOperation(),
            session.maxUses(),
            session.maxGasTotal()
        );
        bytes memory tail = abi.encode(
            session.period(),
            session.paymaster(),
            keccak256(session.signer()),
            _hashCaps(session),
            _hashActions(session)
        );
        return _toDigest(keccak256(bytes.concat(head, tail)));
    }

    function hashApproval(address account, bytes32 id, bytes32 userOpHash) internal view returns (bytes32) {
        return _toDigest(keccak256(abi.encode(APPROVAL_TYPEHASH, account, id, userOpHash)));
    }

    // --- Private ---

    function _hashCaps(bytes calldata session) private pure returns (bytes32) {
        (uint256 cursor, uint256 count) = session.caps();
        bytes32[] memory hashes = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            hashes[i] = keccak256(
                abi.encode(
                    CAP_TYPEHASH,
                    session.addressAt(cursor),
                    session.uint96At(cursor + 20),
                    session.uint96At(cursor + 32),
                    session.uint96At(cursor + 44),
                    session.uint96At(cursor + 56)
                )
            );
            cursor += SessionBytes.CAP;
        }
        return keccak256(abi.encodePacked(hashes));
    }

    function _hashActions(bytes calldata session) private pure returns (bytes32) {
        (uint256 cursor, uint256 count) = session.actions();
        bytes32[] memory hashes = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            (address target, bytes4 selector, uint256 rules, uint256 next) = session.actionAt(cursor);
            hashes[i] = keccak256(abi.encode(ACTION_TYPEHASH, target, selector, _hashRules(session, rules, next)));
            cursor = next;
        }
        return keccak256(abi.encodePacked(hashes));
    }

    function _hashRules(bytes calldata session, uint256 cursor, uint256 end) private pure returns (bytes32) {
        bytes memory hashes = "";
        while (cursor < end) {
            (uint256 operator, uint256 path, uint256 steps, uint256 values, uint256 count) = ArgumentRules.read(
                session,
                cursor
            );
            cursor = values + count * 32;
            bytes32 rule = keccak256(
                abi.encode(
                    RULE_TYPEHASH,
                    operator,
                    keccak256(session[path:path + steps]),
                    keccak256(session[values:cursor])
                )
            );
            hashes = bytes.concat(hashes, rule);
        }
        return keccak256(hashes);
    }

    /// @dev The domain is computed each time: a chain that forks must not share signatures.
    function _toDigest(bytes32 structHash) private view returns (bytes32) {
        bytes32 name = keccak256("Portcullis SessionValidator");
        bytes32 domain = keccak256(abi.encode(DOMAIN_TYPEHASH, name, keccak256("1"), block.chainid, address(this)));
        return MessageHashUtils.toTypedDataHash(domain, structHash);
    }
}
