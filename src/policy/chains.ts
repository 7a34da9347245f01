/**
 * Short names of chains, as EIP-3770 addresses are prefixed with them ("eth:0x…").
 * Source: the ethereum-lists/chains registry. Development chains have no name there; ours is "hardhat".
 */

const SHORT_NAMES: Readonly<Record<number, string>> = {
  1: "eth",
  10: "oeth",
  14: "flr",
  25: "cro",
  30: "rsk",
  50: "xdc",
  56: "bnb",
  97: "bnbt",
  100: "gno",
  122: "fuse",
  130: "unichain",
  137: "matic",
  143: "mon",
  146: "sonic",
  196: "okb",
  204: "opbnb",
  250: "ftm",
  252: "fraxtal",
  288: "boba",
  300: "zksync-sepolia",
  324: "zksync",
  480: "wc",
  1088: "metis-andromeda",
  1101: "zkevm",
  1135: "lisk",
  1284: "mbeam",
  1285: "mriver",
  1329: "sei",
  1337: "geth",
  1868: "soneium",
  5000: "mantle",
  7777777: "zora",
  8217: "kaia-mainnet",
  8453: "base",
  10200: "chi",
  17000: "holesky",
  31337: "hardhat",
  34443: "mode",
  42161: "arb1",
  42170: "arb-nova",
  42220: "celo",
  43113: "fuji",
  43114: "avax",
  57073: "ink",
  59141: "linea-sepolia",
  59144: "linea",
  80002: "polygonamoy",
  80094: "berachain",
  81457: "blastmainnet",
  84532: "basesep",
  167000: "tko-mainnet",
  421614: "arb-sep",
  534351: "scr-sepolia",
  534352: "scr",
  560048: "hoe",
  11155111: "sep",
  11155420: "opsep",
};

const DEVELOPMENT_CHAINS: readonly number[] = [31337, 1337];

/** @returns undefined for a chain that is not in the table: its network entry then has to say `shortName` */
export function shortNameOf(chainId: number): string | undefined {
  return SHORT_NAMES[chainId];
}

/** Chains on which the keys everyone knows may sign. */
export function isDevelopmentChain(chainId: number): boolean {
  return DEVELOPMENT_CHAINS.includes(chainId);
}
