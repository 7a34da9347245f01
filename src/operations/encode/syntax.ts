/** A call as people write it, before names and types are known. Offsets are into the text, for errors. */

export interface CallSyntax {
  kind: "call";
  /** Dotted name or address of the contract. */
  target: string;
  /** Absent where ETH is only sent: `alice{value: 1 ether}`. */
  name?: string;
  /** `(uint256,address)`, where the overload is said in full: `set(uint256,address)(1, alice)`. */
  types?: string;
  args: readonly Item[];
  /** wei, from `{value: …}` */
  value?: ValueSyntax;
  start: number;
  end: number;
}

/** An argument or a tuple's field; a label before an address may be a chain's short name (EIP-3770). */
export interface Item {
  label?: string;
  value: ValueSyntax;
  start: number;
  end: number;
}

export interface NumberPart {
  text: string;
  unit?: string;
}

export type ValueSyntax =
  /** One part, or several with units: `1 day 12 hours`. */
  | { kind: "number"; parts: readonly NumberPart[]; start: number; end: number }
  | { kind: "hex"; text: string; start: number; end: number }
  | { kind: "string"; text: string; start: number; end: number }
  | { kind: "name"; text: string; start: number; end: number }
  | { kind: "list"; items: readonly Item[]; start: number; end: number }
  | { kind: "tuple"; items: readonly Item[]; start: number; end: number }
  | CallSyntax;
