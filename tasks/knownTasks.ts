/** Hardhat's tasks, as far as completing a command needs them. */
import { ArgumentType } from "hardhat/types/arguments";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { Task } from "hardhat/types/tasks";
import type { FindTask, KnownTask } from "./commandLine.ts";

export function findKnownTask({ tasks }: Pick<HardhatRuntimeEnvironment, "tasks">): FindTask {
  return (words) => {
    let found: Task | undefined;
    let among = tasks.rootTasks;
    for (const word of words) {
      const next = among.get(word);
      if (next === undefined) break;
      found = next;
      among = next.subtasks;
    }
    return found === undefined || found.isEmpty ? undefined : describe(found);
  };
}

function describe({ id, pluginId, positionalArguments, options }: Task): KnownTask {
  return {
    id,
    positional: positionalArguments.map(({ name }) => name),
    options: [...options.values()].map(({ name, type }) => ({ name, flag: type === ArgumentType.FLAG })),
    ours: pluginId === "portcullis",
  };
}
