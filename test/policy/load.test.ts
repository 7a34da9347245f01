import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { PortcullisError } from "../../src/errors.ts";
import { loadPolicy } from "../../src/policy/index.ts";

describe("loadPolicy", () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "policy-"));
  });
  after(() => rm(directory, { recursive: true }));

  async function load(text: string, name = "policy.ts") {
    await writeFile(join(directory, name), text);
    return loadPolicy(name, directory);
  }

  async function refusal(promise: Promise<unknown>): Promise<PortcullisError> {
    try {
      await promise;
    } catch (error) {
      if (error instanceof PortcullisError) return error;
      throw error;
    }
    throw new Error("was not refused");
  }

  it("behavior: loads the example", async () => {
    expect((await loadPolicy("deploy/policies/example.ts")).name).to.equal("example");
  });

  it("behavior: loads TypeScript from anywhere", async () => {
    const text = 'const name: string = "elsewhere";\nexport default { schema: 1, name, networks: {} };';
    expect((await load(text)).name).to.equal("elsewhere");
  });

  it("error: a missing file", async () => {
    const error = await refusal(loadPolicy("missing.ts", directory));
    expect(error.code).to.equal("POLICY_NOT_FOUND");
    expect(error.message).to.include("missing.ts");
    expect((await refusal(loadPolicy(".", directory))).code).to.equal("POLICY_NOT_FOUND");
  });

  it("error: a syntax error", async () => {
    const error = await refusal(load("export default { schema: 1 name };", "syntax.ts"));
    expect(error.code).to.equal("POLICY_UNREADABLE");
    expect(error.message).to.include("syntax.ts is not valid TypeScript");
  });

  it("error: a policy that fails while it runs", async () => {
    const error = await refusal(load('throw new Error("no network");', "throws.ts"));
    expect(error.message).to.match(/throws\.ts failed while it ran: no network/);
  });

  it("error: no default export says what is exported", async () => {
    const error = await refusal(load("export const policy = { schema: 1 };", "named.ts"));
    expect(error.code).to.equal("POLICY_NOT_EXPORTED");
    expect(error.message).to.include("exports policy, but nothing as its default");
    expect((await refusal(load("export {};", "empty.ts"))).message).to.include("exports nothing");
  });

  it("error: a default export that is no policy", async () => {
    expect((await refusal(load("export default () => ({});", "function.ts"))).message).to.include(
      "a function",
    );
    expect((await refusal(load("export default [];", "list.ts"))).message).to.include("a list");
    expect((await refusal(load('export default { name: "x" };', "unversioned.ts"))).code).to.equal(
      "POLICY_SCHEMA",
    );
  });
});
