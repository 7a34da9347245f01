/** What validation did, step by step: a JS tracer for `debug_traceCall` that keeps what ERC-7562 judges. */
import type { Address, Hex } from "viem";

export interface Step {
  op: string;
  /** Whose storage and balance the code runs on. */
  address: Address;
  /** 1 in the entry point's own frame. */
  depth: number;
  /** Of SLOAD, SSTORE, TLOAD and TSTORE. */
  slot?: Hex;
  /** Hashed bytes, of KECCAK256 over two words. */
  input?: Hex;
  /** Whose code is read or called. */
  to?: Address;
  /** Of CALL and CALLCODE, in wei. */
  value?: Hex;
  /** The first bytes of a call's data. */
  selector?: Hex;
  /** Of GAS: the operation that follows. */
  next?: string;
  /** Of a frame that ended without enough gas. */
  outOfGas?: boolean;
}

/** Runs in the node. Only ES5 and what the tracing interface offers. */
export const validationTracer = `{
  steps: [], waiting: null,
  names: { 32: "KECCAK256", 49: "BALANCE", 50: "ORIGIN", 58: "GASPRICE", 59: "EXTCODESIZE", 60: "EXTCODECOPY", 63: "EXTCODEHASH",
    64: "BLOCKHASH", 65: "COINBASE", 66: "TIMESTAMP", 67: "NUMBER", 68: "PREVRANDAO", 69: "GASLIMIT", 71: "SELFBALANCE", 72: "BASEFEE",
    73: "BLOBHASH", 74: "BLOBBASEFEE", 84: "SLOAD", 85: "SSTORE", 90: "GAS", 92: "TLOAD", 93: "TSTORE", 240: "CREATE", 241: "CALL",
    242: "CALLCODE", 244: "DELEGATECALL", 245: "CREATE2", 250: "STATICCALL", 254: "INVALID", 255: "SELFDESTRUCT" },
  pad: function (n, size) { var s = n.toString(16); while (s.length < size) s = "0" + s; return "0x" + s.slice(-size); },
  step: function (log) {
    var code = log.op.toNumber();
    if (this.waiting) { this.waiting.next = this.names[code] || String(code); this.waiting = null; }
    var op = this.names[code];
    if (op === undefined) return;
    var depth = log.getDepth(), stack = log.stack;
    if (depth < 2 && code !== 241) return;
    var s = { op: op, address: toHex(log.contract.getAddress()), depth: depth };
    if (code === 84 || code === 85 || code === 92 || code === 93) s.slot = this.pad(stack.peek(0), 64);
    else if (code === 32) {
      if (parseInt(stack.peek(1).toString()) !== 64) return;
      var at = parseInt(stack.peek(0).toString());
      s.input = toHex(log.memory.slice(at, at + 64));
    } else if (code === 49 || code === 59 || code === 60 || code === 63 || code === 255) s.to = this.pad(stack.peek(0), 40);
    else if (code === 241 || code === 242 || code === 244 || code === 250) {
      s.to = this.pad(stack.peek(1), 40);
      var k = code < 244 ? 1 : 0;
      if (k) s.value = this.pad(stack.peek(2), 64);
      var from = parseInt(stack.peek(2 + k).toString()), length = parseInt(stack.peek(3 + k).toString());
      s.selector = length >= 4 ? toHex(log.memory.slice(from, from + 4)) : "0x";
    } else if (code === 90) this.waiting = s;
    this.steps.push(s);
  },
  fault: function (log) {
    if (/gas/i.test(String(log.getError()))) this.steps.push({ op: "FAULT", address: toHex(log.contract.getAddress()), depth: log.getDepth(), outOfGas: true });
  },
  result: function () { return this.steps; }
}`;
