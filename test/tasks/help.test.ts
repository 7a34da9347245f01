import { expect } from "chai";
import hre from "hardhat";
import type { Task } from "hardhat/types/tasks";

function ours(among: ReadonlyMap<string, Task>): Task[] {
  return [...among.values()].flatMap((task) => [
    ...(task.pluginId === "portcullis" && !task.isEmpty ? [task] : []),
    ...ours(task.subtasks),
  ]);
}

const tasks = ours(hre.tasks.rootTasks);

describe("the help of tasks", () => {
  it("behavior: one option means the same everywhere", () => {
    // whose rights, or what to begin with; operations, or the first call of new code
    const twoMeanings = ["address", "call"];
    const meanings = new Map<string, Set<string>>();
    for (const { options } of tasks)
      for (const { name, description } of options.values())
        meanings.set(name, (meanings.get(name) ?? new Set()).add(description));
    const several = [...meanings].filter(([name, texts]) => texts.size > 1 && !twoMeanings.includes(name));
    expect(several.map(([name, texts]) => [name, ...texts])).to.deep.equal([]);
  });

  it("behavior: every task prints JSON; every one that asks can be told not to, and only to show", () => {
    for (const { id, options } of tasks) {
      expect(options.has("json"), id.join(" ")).to.equal(true);
      expect(options.has("yes"), id.join(" ")).to.equal(options.has("dryRun"));
    }
  });

  it("behavior: no text leaves a stranger alone: all are there, short, and do not end like prose", () => {
    const texts = tasks.flatMap(({ description, options, positionalArguments }) => [
      description,
      ...[...options.values(), ...positionalArguments].map((o) => o.description),
    ]);
    expect(texts.filter((text) => text.length < 8 || text.length > 130 || text.endsWith("."))).to.deep.equal(
      [],
    );
  });
});
