import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { lockFolder } from "../../src/plugin/lock.ts";
import { refusesWith } from "../refusedWith.ts";

describe("lockFolder", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "portcullis-lock-"));
  });
  const file = () => join(folder, ".lock");

  it("behavior: the lock of a process that is dead is taken over", async () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    writeFileSync(file(), String(pid));
    const release = await lockFolder(folder);
    expect(readFileSync(file(), "utf8")).to.equal(String(process.pid));
    await release();
  });

  it("behavior: a lock that a kill cut off before its pid was written is taken over", async () => {
    writeFileSync(file(), "");
    await (await lockFolder(folder))();
  });

  it("error: the lock of a process that lives is refused, with its pid", async () => {
    writeFileSync(file(), String(process.ppid));
    const error = await refusesWith(lockFolder(folder), "DEPLOYMENT_BUSY");
    expect(error.message).to.include(`Process ${process.ppid} is working on`);
    expect(readFileSync(file(), "utf8")).to.equal(String(process.ppid));
  });
});
