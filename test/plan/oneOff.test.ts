import { expect } from "chai";
import { type Address, zeroHash } from "viem";
import { type OneOff, planOneOff } from "../../src/plan/oneOff.ts";
import type { ContractState, RoleState } from "../../src/snapshot/types.ts";
import { refusedWith } from "../refusedWith.ts";
import { desiredOf, KEYS, MANAGER, NOW, snapshotOf, still } from "./worlds.ts";

const [key0, key1, key2] = KEYS as readonly [Address, Address, Address];
const role = (id: bigint, members: readonly Address[], label?: string): RoleState => ({
  id,
  ...(label === undefined ? {} : { label }),
  admin: 0n,
  guardian: 0n,
  grantDelay: still(3_600n),
  keyBound: false,
  members: members.map((account) => ({ account, since: 1n, until: 0n, delay: still(0n) })),
});
const manager = (roles: readonly RoleState[]): ContractState => ({
  address: MANAGER,
  codehash: zeroHash,
  manager: { flavour: "portcullis", roles, targets: [], operations: [], bindings: [] },
});
const desired = desiredOf([manager([role(0n, [key0]), role(1n, [key1], "keeper")])]);
// Something else differs too: a one-off does not touch it.
const found = snapshotOf([manager([role(0n, [key0]), role(1n, [key1], "keeper"), role(2n, [key2])])]);

const plan = (principal: string, change: OneOff, name = "keeper") =>
  planOneOff(desired, found, { role: name, principal, change }, { now: NOW });
const grant = (changes: Partial<Extract<OneOff, { kind: "grant" }>> = {}): OneOff => ({
  kind: "grant",
  until: 0n,
  delay: undefined,
  temporary: false,
  ...changes,
});

describe("planOneOff", () => {
  it("behavior: revokes one grant, nothing else, and warns that the policy gives it", () => {
    const { plan: made, warning } = plan("key1", { kind: "revoke" });
    expect(made.steps.flatMap((s) => s.titles)).to.deep.equal(["Revoke keeper on manager from key1"]);
    expect(warning).to.match(/The policy gives keeper to key1: change the policy too/);
  });

  it("behavior: grants for a while what the policy does not declare, and warns", () => {
    const { plan: made, warning } = plan("key2", grant({ until: NOW + 7_200n, temporary: true }));
    expect(made.steps).to.have.length(1);
    expect(warning).to.match(/shows it as drift/);
  });

  it("behavior: renews a grant", () => {
    const { plan: made } = plan("key1", { kind: "renew", until: NOW + 86_400n });
    expect(made.steps.map((s) => s.effect)).to.deep.equal(["tightening"]);
  });

  it("error: a grant that the policy does not declare", () => {
    refusedWith(() => plan("key2", grant()), "GRANT_UNDECLARED");
  });

  it("error: a temporary grant without an end", () => {
    refusedWith(() => plan("key2", grant({ temporary: true })), "GRANT_ENDLESS");
  });

  it("error: a grant that is not held, unknown roles and principals", () => {
    refusedWith(() => plan("key2", { kind: "revoke" }), "GRANT_MISSING");
    refusedWith(() => plan("key1", { kind: "revoke" }, "keepr"), "ROLE_UNKNOWN");
    refusedWith(() => plan("kee1", grant()), "PRINCIPAL_UNKNOWN");
  });
});
