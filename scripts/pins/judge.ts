/** Whether a version that we hold back could be taken now: pure, from what a registry says of the newest one. */

/** What has to hold before a pin can go. */
export interface Pin {
  /** Package in package.json. */
  name: string;
  /** Dependencies that bring its binaries, where it does not bring them itself; those it has dropped are passed over. */
  binaries?: readonly string[];
  /** Why it is held back. */
  why: string;
}

export const PINS: readonly Pin[] = [
  {
    name: "hardhat",
    binaries: ["@nomicfoundation/edr"],
    why: "from 3.14 on its EVM is in optional packages that want Node 22: npm under Node 20 skips them, and Hardhat does not start",
  },
  { name: "@biomejs/biome", why: "later versions name platform packages that the registry lacked" },
  {
    name: "knip",
    binaries: ["oxc-parser", "oxc-resolver"],
    why: "later versions name platform packages that the registry lacked",
  },
];

/** Of one optional package of a version. */
export interface Platform {
  name: string;
  version: string;
  /** The registry has it. */
  published: boolean;
  /** Its `engines.node`; absent where it says nothing. */
  engines?: string;
}

export interface Newest {
  version: string;
  platforms: readonly Platform[];
}

export interface Verdict {
  pin: Pin;
  pinned: string;
  newest: string;
  /** What still holds it back; empty: the pin can go. */
  reasons: readonly string[];
}

/** The oldest Node whose npm runs `npm ci` here. */
export const OLDEST_NODE = 20;

export function judgePin(pin: Pin, pinned: string, newest: Newest): Verdict {
  const missing = newest.platforms.filter(({ published }) => !published);
  const skipped = newest.platforms.filter(({ engines }) => engines !== undefined && !allows(engines));
  const names = (list: readonly Platform[]) =>
    list.map(({ name, version }) => `${name}@${version}`).join(", ");
  return {
    pin,
    pinned,
    newest: newest.version,
    reasons: [
      ...(missing.length > 0 ? [`the registry lacks ${names(missing)}: npm ci refuses the lock file`] : []),
      ...(skipped.length > 0
        ? [`npm under Node ${OLDEST_NODE} skips ${names(skipped)} (engines ${skipped[0]?.engines})`]
        : []),
    ],
  };
}

/** Ranges as packages write them in `engines`: ">= 22", "^20.19.0 || >=22.12.0", "20.x", "*". */
export function allows(engines: string, major = OLDEST_NODE): boolean {
  return engines.split("||").some((range) => {
    const [, sign = "", number = ""] = /^\s*(>=|>|\^|~|=)?\s*v?(\d+|\*)?/.exec(range) ?? [];
    if (number === "" || number === "*") return true;
    if (sign === ">=") return Number(number) <= major;
    if (sign === ">") return Number(number) < major;
    return Number(number) === major;
  });
}
