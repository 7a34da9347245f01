import { expect } from "chai";
import { PortcullisError } from "../../src/errors.ts";
import { enforceTier } from "../../src/policy/index.ts";
import { type Change, compileExample, now } from "./examplePolicy.ts";

const singleAdmin: Change = { managers: { manager: { admin: ["timelock", "alice"] } } };

describe("enforceTier", () => {
  it("behavior: takes a sound policy in production", () => {
    expect(() => enforceTier(compileExample({}, "mainnet"), { now })).not.to.throw();
  });

  it("error: refuses a single-key admin in production, and says how to accept it by name", () => {
    expect(() => enforceTier(compileExample(singleAdmin, "mainnet"), { now }))
      .to.throw(PortcullisError, /manager: Alice/)
      .with.property("hint")
      .that.includes('"single-key-admin:manager": "<reason>"');
  });

  it("error: refuses zero delays in production", () => {
    const zero: Change = {
      managers: { manager: { admin: "council" } },
      roles: { pauser: { grantDelay: "0 seconds" } },
    };
    expect(() => enforceTier(compileExample(zero, "mainnet"), { now })).to.throw(
      PortcullisError,
      /without any delay[\s\S]*at once/,
    );
  });

  it("behavior: takes what the policy accepts by name with a reason", () => {
    const accept = {
      "single-key-admin:manager": "break glass",
      "undelayed-admin:manager": "break glass",
      "undelayed-grant:pauser": "break glass",
    };
    expect(() => enforceTier(compileExample({ ...singleAdmin, accept }, "mainnet"), { now })).not.to.throw();
  });

  it("error: refuses on staging what is an error there too, and only that", () => {
    const staging = { networks: { mainnet: { tier: "staging" } } } as Change;
    expect(() => enforceTier(compileExample(staging, "mainnet"), { now })).not.to.throw();
    const single = { ...singleAdmin, ...staging };
    expect(() => enforceTier(compileExample(single, "mainnet"), { now })).to.throw(
      PortcullisError,
      /staging network/,
    );
    const undelayed = { managers: { manager: { admin: "council" } }, ...staging };
    expect(() => enforceTier(compileExample(undelayed, "mainnet"), { now })).not.to.throw();
  });

  it("behavior: refuses nothing on a development network", () => {
    expect(() => enforceTier(compileExample(singleAdmin), { now })).not.to.throw();
  });
});
