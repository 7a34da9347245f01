/**
 * Text → syntax.
 *
 *   call   = target [ "." name [ types ] [ value ] "(" items ")" ] [ value ]
 *   target = name { "." name } | address            value = "{" "value" ":" number "}"
 *   items  = [ [ label ":" ] item { "," … } ]       types = "(" Solidity types ")", before the arguments
 *   item   = number [ unit ] | hex | string | name | "[" items "]" | "(" items ")" | call
 */
import type { CallSyntax, Item, NumberPart, ValueSyntax } from "./syntax.ts";
import { syntaxError, type Token, tokenize } from "./tokens.ts";

const maximumDepth = 32;

/** Throws CALL_SYNTAX. */
export function readCall(text: string): CallSyntax {
  const reader = new Reader(text);
  const call = reader.call(0);
  reader.finish();
  return call;
}

class Reader {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokenize(text);
  }

  finish(): void {
    if (this.#token().kind !== "end") throw this.#unexpected("nothing more");
  }

  call(depth: number): CallSyntax {
    const start = this.#token().start;
    const path = this.#path();
    const value = this.#is("{") ? this.#callValue(depth) : undefined;
    if (this.#is("(")) return this.#callOf(path, start, depth, value);
    if (value) return { kind: "call", target: path, args: [], value, start, end: this.#lastEnd() };
    throw this.#unexpected(path.includes(".") ? '"("' : '"." and a function');
  }

  value(depth: number): ValueSyntax {
    if (depth > maximumDepth)
      throw syntaxError(this.#text, this.#token().start, `Nested deeper than ${maximumDepth}`);
    const token = this.#token();
    const { start } = token;
    if (token.kind === "number") {
      const parts: NumberPart[] = [];
      do {
        const { text } = this.#take();
        const unit = this.#token().kind === "name" ? this.#take().text : undefined;
        parts.push({ text, ...(unit === undefined ? {} : { unit }) });
      } while (this.#token().kind === "number");
      return { kind: "number", parts, start, end: this.#lastEnd() };
    }
    if (token.kind === "string") {
      this.#next++;
      return { kind: "string", text: token.text, start, end: token.end };
    }
    if (this.#is("[")) {
      const items = this.#items("[", "]", depth);
      return { kind: "list", items, start, end: this.#lastEnd() };
    }
    if (this.#is("(")) {
      const items = this.#items("(", ")", depth);
      return { kind: "tuple", items, start, end: this.#lastEnd() };
    }
    if (token.kind !== "hex" && token.kind !== "name") throw this.#unexpected("a value");
    const path = this.#path();
    if (this.#is("(") || this.#is("{")) {
      if (this.#is("(")) return this.#callOf(path, start, depth);
      throw syntaxError(this.#text, this.#token().start, "ETH cannot be sent from within an argument");
    }
    return {
      kind: path.startsWith("0x") && !path.includes(".") ? "hex" : "name",
      text: path,
      start,
      end: this.#lastEnd(),
    };
  }

  /** After `target.name`, at the parenthesis. */
  #callOf(path: string, start: number, depth: number, before?: ValueSyntax): CallSyntax {
    const dot = path.lastIndexOf(".");
    if (dot === -1) {
      throw syntaxError(
        this.#text,
        start,
        `${JSON.stringify(path)} names no contract: write contract.${path}(…)`,
      );
    }
    const types = this.#types();
    const args = this.#items("(", ")", depth);
    if (before && this.#is("{")) throw this.#unexpected("one value only");
    const value = this.#is("{") ? this.#callValue(depth) : before;
    return {
      kind: "call",
      target: path.slice(0, dot),
      name: path.slice(dot + 1),
      ...(types === undefined ? {} : { types }),
      args,
      ...(value === undefined ? {} : { value }),
      start,
      end: this.#lastEnd(),
    };
  }

  #path(): string {
    const first = this.#token();
    if (first.kind !== "name" && first.kind !== "hex") throw this.#unexpected("a contract");
    this.#next++;
    let path = first.text;
    while (this.#is(".")) {
      this.#next++;
      if (this.#token().kind !== "name") throw this.#unexpected("a name");
      path += `.${this.#take().text}`;
    }
    return path;
  }

  /** The first of two parenthesised groups is the overload's signature. */
  #types(): string | undefined {
    if (!this.#is("(")) return undefined;
    let depth = 0;
    let at = this.#next;
    do {
      const token = this.#tokens[at];
      if (!token || token.kind === "end") return undefined;
      if (token.kind === "mark" && token.text === "(") depth++;
      if (token.kind === "mark" && token.text === ")") depth--;
      at++;
    } while (depth > 0);
    const following = this.#tokens[at];
    const again = following?.kind === "mark" && following.text === "(";
    if (!again) return undefined;
    const types = this.#text.slice(this.#token().start, this.#tokens[at - 1]?.end).replace(/\s+/g, "");
    this.#next = at;
    return types;
  }

  #callValue(depth: number): ValueSyntax {
    this.#expect("{");
    const label = this.#take();
    if (label.text !== "value")
      throw syntaxError(this.#text, label.start, 'Only "value" can stand in braces');
    this.#expect(":");
    const value = this.value(depth + 1);
    this.#expect("}");
    return value;
  }

  #items(open: string, close: string, depth: number): Item[] {
    this.#expect(open);
    const items: Item[] = [];
    while (!this.#is(close)) {
      if (items.length > 0) this.#expect(",");
      const start = this.#token().start;
      const following = this.#tokens[this.#next + 1];
      const labelled = this.#token().kind === "name" && following?.kind === "mark" && following.text === ":";
      const label = labelled ? this.#take().text : undefined;
      if (labelled) this.#expect(":");
      const value = this.value(depth + 1);
      items.push({ ...(label === undefined ? {} : { label }), value, start, end: this.#lastEnd() });
    }
    this.#expect(close);
    return items;
  }

  #token(): Token {
    return this.#tokens[Math.min(this.#next, this.#tokens.length - 1)] as Token;
  }

  #take(): Token {
    const token = this.#token();
    this.#next++;
    return token;
  }

  #is(mark: string): boolean {
    const token = this.#token();
    return token.kind === "mark" && token.text === mark;
  }

  #expect(mark: string): void {
    if (!this.#is(mark)) throw this.#unexpected(JSON.stringify(mark));
    this.#next++;
  }

  #lastEnd(): number {
    return this.#tokens[this.#next - 1]?.end ?? 0;
  }

  #unexpected(wanted: string): Error {
    const token = this.#token();
    const found = token.kind === "end" ? "the end" : JSON.stringify(this.#text.slice(token.start, token.end));
    return syntaxError(this.#text, token.start, `Expected ${wanted} and found ${found}`);
  }
}
