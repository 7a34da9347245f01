import { expect } from "chai";
import { parseAbi, zeroAddress } from "viem";
import {
  atMost,
  between,
  decodeSession,
  describeSession,
  encodeSession,
  ether,
  oneOf,
  session,
} from "../../../src/accounts/index.ts";
import { refusedWith } from "../../refusedWith.ts";

const vaultAbi = parseAbi([
  "struct Order { address maker; uint256 price; string memo; }",
  "function deposit(uint256 amount, address receiver)",
  "function fill(Order order, int256 slippage)",
  "function send(address to)",
  "function send(address to, uint256 amount)",
  "function total() view returns (uint256)",
]);
const tokenAbi = parseAbi(["function transfer(address to, uint256 amount) returns (bool)"]);
const vault = "0x00000000000000000000000000000000000000A1";
const token = "0x00000000000000000000000000000000000000A2";
const alice = "0x00000000000000000000000000000000000000B1";
const bot = "0x00000000000000000000000000000000000000C1";
const contracts = {
  vault: { address: vault, abi: vaultAbi },
  token: { address: token, abi: tokenAbi },
} as const;
const limits = {
  contracts,
  key: bot,
  until: "2027-06-30",
  maxFeePerGas: "200 gwei",
  gasPerOperation: 500_000,
} as const;

const book = {
  chainId: 1,
  entries: [
    { name: "vault", address: vault, abi: vaultAbi },
    { name: "token", address: token, abi: tokenAbi },
    { name: "alice", address: alice },
    { name: "keeper", address: bot },
  ],
} as const;

const full = session({
  ...limits,
  may: {
    vault: {
      deposit: { amount: atMost(ether(1)), receiver: alice },
      fill: { order: { price: between(5n, 9n), memo: "rent", maker: oneOf(alice, bot) } },
      receive: {},
    },
    token: { transfer: { to: alice } },
  },
  value: { perCall: "0.1 ether", cosignAbove: "0.05 ether" },
  tokens: { token: { perPeriod: 100n, total: 1000n } },
  period: "1 day",
  uses: 10,
  from: 1_800_000_000,
  gasTotal: 5_000_000,
  paymaster: "any",
  salt: 3,
});

describe("accounts/sessions/buildSession", () => {
  it("behavior: terms become the session that the validator reads", () => {
    expect(full).to.deep.include({
      salt: "0x00000003",
      validAfter: 1_800_000_000,
      validUntil: Date.UTC(2027, 5, 30) / 1000 - 1,
      maxFeePerGas: 200_000_000_000n,
      period: 86_400,
      paymaster: "any",
      signer: bot,
    });
    expect(full.caps).to.deep.equal([
      { asset: zeroAddress, perCall: 10n ** 17n, coSignAbove: 5n * 10n ** 16n },
      { asset: token, total: 1000n, perPeriod: 100n },
    ]);
    expect(
      full.actions.map(({ rules = [] }) => rules.map(({ operator, path }) => [operator, ...path])),
    ).to.deep.equal([
      [
        ["atMost", 0],
        ["equal", 1],
      ],
      [
        ["oneOf", 0, 0],
        ["range", 0, 1],
        ["equal", 0, 2],
      ],
      [],
      [["equal", 0]],
    ]);
  });

  it("behavior: what the chain says decodes to what was built, and reads the same", () => {
    const decoded = decodeSession(encodeSession(full));
    expect(encodeSession(decoded)).to.equal(encodeSession(full));
    expect(describeSession(decoded, book)).to.deep.equal(describeSession(full, book));
  });

  it("behavior: words name everything that the key may do, and every limit", () => {
    expect(describeSession(full, book)).to.deep.equal([
      "Key keeper may, from 2027-01-15T08:00:00Z until 2027-06-30:",
      "  call vault.deposit where amount is at most 1e18 and receiver is alice",
      "  call vault.fill where order.maker is one of alice, keeper and order.price is from 5 to 9 and the keccak-256 of order.memo is 0xd56291ca8a315e28825e012b0478526cc5e199296be37bf6a3145946cf9a04b0",
      "  send value to vault, without data",
      "  call token.transfer where to is alice",
      "It may send at most 0.1 ether in one call.",
      "Above 0.05 ether in one operation the owner signs too.",
      "It may move or approve at most 100 units of token in 1 day, 1000 units of token in all.",
      "It may act 10 times.",
      "Its gas: 200 gwei each at most, 500000 in one operation, 5000000 in all; any paymaster or the account pays.",
      "It may nothing else: no other call, no module, guardian or owner of the account, no signed message.",
    ]);
  });

  it("behavior: without names the words are the chain's own", () => {
    const words = describeSession(full, { chainId: 1, entries: [] }).join("\n");
    expect(words).to.include(`call ${vault}.0x6e553f65 where word 0 of the arguments is at most 0x`);
    expect(words).to.include(`the keccak-256 of word 0.2 of the arguments is 0x`);
  });

  it("behavior: a session that never ends says so", () => {
    const endless = session({ ...limits, until: 2 ** 47 - 1, may: { vault: { receive: {} } } });
    expect(describeSession(endless, book)[0]).to.equal("Key keeper may, without an end:");
  });

  it("behavior: argument names and rules follow the ABI's types", () => {
    const may = (calls: Parameters<typeof session<typeof contracts>>[0]["may"]) =>
      session({ ...limits, may: calls });
    may({ vault: { "send(address,uint256)": { amount: 1n } } });
    // @ts-expect-error: no such function
    refusedWith(() => may({ vault: { withdraw: {} } }), "SESSION_FUNCTION_UNKNOWN");
    // @ts-expect-error: a view, which no operation needs
    may({ vault: { total: {} } });
    // @ts-expect-error: no such argument
    refusedWith(() => may({ vault: { deposit: { sum: 1n } } }), "SESSION_ARGUMENT_UNKNOWN");
    // @ts-expect-error: an address is not compared by size
    refusedWith(() => may({ vault: { deposit: { receiver: atMost(1n) } } }), "SESSION_RULE_INVALID");
    // @ts-expect-error: nor is a signed number
    refusedWith(() => may({ vault: { fill: { slippage: atMost(1n) } } }), "SESSION_RULE_INVALID");
    // @ts-expect-error: no number
    refusedWith(() => may({ vault: { deposit: { amount: "much" } } }), "SESSION_RULE_INVALID");
  });

  it("error: a name with several functions, and a contract nobody gave", () => {
    refusedWith(() => session({ ...limits, may: { vault: { send: {} } } }), "SESSION_FUNCTION_AMBIGUOUS");
    const may = { safe: { enable: {} } } as object;
    refusedWith(() => session({ ...limits, may }), "SESSION_CONTRACT_UNKNOWN");
    refusedWith(() => decodeSession("0x0102"), "SESSION_UNREADABLE");
    refusedWith(() => decodeSession(`${encodeSession(full)}00`), "SESSION_UNREADABLE");
  });
});
