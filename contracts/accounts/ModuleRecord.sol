// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/**
 * @dev What an account knows of one module.
 *
 *   255..48   47..32       31..16      15..3   2          1          0
 * +---------+------------+-----------+-------+----------+----------+-----------+
 * | 0       | generation | selectors | 0     | consumer | executor | validator |
 * +---------+------------+-----------+-------+----------+----------+-----------+
 *
 * `generation`: the recoveries of the account when it was installed; in a later one the module is off. `selectors`: how
 * many it handles as a fallback. `consumer`: a validator that is asked before the calls it authorised.
 */
type ModuleRecord is uint256;

using {
    isOn,
    isValidator,
    isExecutor,
    isConsumer,
    selectors,
    withSelectors,
    withType,
    withoutType
} for ModuleRecord global;

ModuleRecord constant NO_MODULE = ModuleRecord.wrap(0);
uint256 constant VALIDATOR = 1;
uint256 constant EXECUTOR = 2;
uint256 constant CONSUMER = 4;
uint256 constant ROLES = 0xffff0007;

/// @dev In any role, in this generation.
function isOn(ModuleRecord record, uint16 generation) pure returns (bool) {
    return ModuleRecord.unwrap(record) & ROLES != 0 && uint16(ModuleRecord.unwrap(record) >> 32) == generation;
}

function isValidator(ModuleRecord record, uint16 generation) pure returns (bool) {
    return ModuleRecord.unwrap(record) & VALIDATOR != 0 && record.isOn(generation);
}

function isExecutor(ModuleRecord record, uint16 generation) pure returns (bool) {
    return ModuleRecord.unwrap(record) & EXECUTOR != 0 && record.isOn(generation);
}

function isConsumer(ModuleRecord record) pure returns (bool) {
    return ModuleRecord.unwrap(record) & CONSUMER != 0;
}

function selectors(ModuleRecord record) pure returns (uint16) {
    return uint16(ModuleRecord.unwrap(record) >> 16);
}

function withSelectors(ModuleRecord record, uint16 count, uint16 generation) pure returns (ModuleRecord) {
    uint256 raw = ModuleRecord.unwrap(record) & 7;
    return _pack(raw | (uint256(count) << 16), generation);
}

function withType(ModuleRecord record, uint256 bits, uint16 generation) pure returns (ModuleRecord) {
    return _pack((ModuleRecord.unwrap(record) & ROLES) | bits, generation);
}

/// @dev Zero when nothing is left.
function withoutType(ModuleRecord record, uint256 bits) pure returns (ModuleRecord) {
    uint256 raw = ModuleRecord.unwrap(record) & ~bits;
    return raw & ROLES == 0 ? NO_MODULE : ModuleRecord.wrap(raw);
}

function _pack(uint256 roles, uint16 generation) pure returns (ModuleRecord) {
    return roles == 0 ? NO_MODULE : ModuleRecord.wrap(roles | (uint256(generation) << 32));
}
