/** The contract that creates others at addresses that follow from their code: calldata is salt ‖ creation code. */
import { type Address, concatHex, getContractAddress, type Hex, zeroHash } from "viem";

/** Arachnid's, on nearly every public chain. */
export const deterministicDeployer: Address = "0x4e59b44847b379578588920cA78FbF26c0B4956C";

export const deterministicDeployerCode: Hex =
  "0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3";

/** @param bytecode creation code with its arguments */
export function planDeterministic(bytecode: Hex): { address: Address; to: Address; data: Hex } {
  return {
    address: getContractAddress({ opcode: "CREATE2", from: deterministicDeployer, salt: zeroHash, bytecode }),
    to: deterministicDeployer,
    data: concatHex([zeroHash, bytecode]),
  };
}
