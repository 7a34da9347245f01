/** Text of a call → tokens. */
import { PortcullisError } from "../../errors.ts";

export interface Token {
  kind: "name" | "number" | "hex" | "string" | "mark" | "end";
  /** Of a string: its content, escapes resolved. */
  text: string;
  start: number;
  end: number;
}

const patterns: readonly [Exclude<Token["kind"], "string" | "end">, RegExp][] = [
  ["hex", /0[xX][0-9a-fA-F]*/y],
  ["number", /-?[0-9][0-9_]*(\.[0-9][0-9_]*)?([eE][0-9]+)?/y],
  // a hyphen may stand inside a name of the address book
  ["name", /[A-Za-z_$][A-Za-z0-9_$]*(-[A-Za-z0-9_$]+)*/y],
  ["mark", /[()[\]{},:.]/y],
];

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "0": "\0" };

/** Throws CALL_SYNTAX. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const letter = text.charAt(at);
    if (/\s/.test(letter)) {
      at++;
      continue;
    }
    const token = letter === '"' || letter === "'" ? readString(text, at) : readPlain(text, at);
    const before = tokens.at(-1);
    // `12abc` and `0x12zz` are typing mistakes, not two tokens
    if (before && before.end === token.start && isWord(before) && isWord(token)) {
      throw syntaxError(
        text,
        token.start,
        `${JSON.stringify(text.slice(before.start, token.end))} is neither a number nor a name`,
      );
    }
    tokens.push(token);
    at = token.end;
  }
  tokens.push({ kind: "end", text: "the end", start: text.length, end: text.length });
  return tokens;
}

export function syntaxError(text: string, at: number, problem: string): PortcullisError {
  return new PortcullisError("CALL_SYNTAX", `${problem}, at character ${at + 1} of ${JSON.stringify(text)}`, {
    hint: "write a call as 'vault.setLimit(100 ether)', with ETH as 'vault.deposit(){value: 1 ether}'",
    details: { text, position: at },
  });
}

function readPlain(text: string, at: number): Token {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) return { kind, text: found, start: at, end: at + found.length };
  }
  throw syntaxError(text, at, `Unexpected ${JSON.stringify(text.charAt(at))}`);
}

function readString(text: string, start: number): Token {
  const quote = text.charAt(start);
  let content = "";
  for (let at = start + 1; at < text.length; at++) {
    const letter = text.charAt(at);
    if (letter === quote) return { kind: "string", text: content, start, end: at + 1 };
    if (letter !== "\\") {
      content += letter;
      continue;
    }
    at++;
    const code = /^u\{([0-9a-fA-F]{1,6})\}/.exec(text.slice(at));
    if (code?.[1] !== undefined && Number.parseInt(code[1], 16) <= 0x10ffff) {
      content += String.fromCodePoint(Number.parseInt(code[1], 16));
      at += code[0].length - 1;
      continue;
    }
    const escaped = text.charAt(at);
    if (escaped === "u") throw syntaxError(text, at, "An escape is written \\u{1f600}");
    content += escapes[escaped] ?? escaped;
  }
  throw syntaxError(text, start, "This string has no closing quote");
}

function isWord(token: Token): boolean {
  return token.kind === "name" || token.kind === "number" || token.kind === "hex";
}
