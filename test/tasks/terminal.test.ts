/** Answers as a person types them, on a pseudo-terminal: "no" sends nothing, and so does Enter; "yes" goes on. */
import { spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

/** Runs argv[2:] on a terminal of its own and types the next of argv[1] whenever it is asked. */
const TERMINAL = `
import os, pty, sys
answers = sys.argv[1].split(",")
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[2], sys.argv[2:])
seen = b""
while True:
    try:
        data = os.read(terminal, 65536)
    except OSError:
        break
    if not data:
        break
    os.write(1, data)
    seen += data
    while b"[y/N] " in seen and answers:
        seen = seen.split(b"[y/N] ", 1)[1]
        os.write(terminal, answers.pop(0).encode() + b"\\n")
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

const cli = fileURLToPath(new URL("../../node_modules/hardhat/dist/src/cli.js", import.meta.url));
const session = fileURLToPath(new URL("terminalSession.ts", import.meta.url));

interface Said {
  turn: number;
  terminal: boolean;
  failed?: { code?: string; message: string };
  sent: number;
}

async function answer(...answers: string[]): Promise<{ screen: string; said: Said[]; code: number | null }> {
  const command = [process.execPath, cli, "run", "--no-compile", session];
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(HARDHAT_|HH_|NODE_ENV$)/.test(name)),
  );
  const child = spawn("python3", ["-c", TERMINAL, answers.join(","), ...command], {
    env: { ...env, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let screen = "";
  child.stdout.on("data", (chunk) => (screen += chunk));
  child.stderr.on("data", (chunk) => (screen += chunk));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  const said = screen.match(/(?<=^SAID ).*$/gm)?.map((line) => JSON.parse(line) as Said) ?? [];
  return { screen, said, code };
}

describe("an answer on a terminal", function () {
  this.timeout(240_000);

  before(function () {
    const { status } = spawnSync("python3", ["-c", "import pty, os; os.waitstatus_to_exitcode"]);
    if (status === 0) return;
    process.stderr.write("Skipped: answers on a terminal need python3 (3.9 or later) with its pty module\n");
    this.skip();
  });

  it("error: no sends nothing, nor does Enter alone, and yes to the same question goes on", async () => {
    const { screen, said, code } = await answer("n", "", "yes");
    expect(code, screen).to.equal(0);
    const [no, enter, yes] = said;
    for (const refused of [no, enter]) {
      expect(refused).to.deep.include({ terminal: true, sent: 0 });
      expect(refused?.failed?.code).to.equal("STOPPED");
      expect(refused?.failed?.message).to.include("You answered no: nothing was sent");
    }
    // The very question is on the screen, with the hashes that would be signed, before the answer.
    const question = screen.slice(0, screen.indexOf("SAID"));
    expect(question).to.include("vault.setLimit(").and.to.include("domain hash");
    expect(yes).to.include({ turn: 3, terminal: true });
    expect(yes?.failed).to.equal(undefined);
    expect(yes?.sent).to.be.greaterThan(0);
  });
});
