import { findFunction } from "../../src/graph/findFunction.ts";
import { formatReach } from "../../src/graph/formatReach.ts";
import { nameFrom } from "../../src/graph/names.ts";
import { readGuards } from "../../src/graph/readGuards.ts";
import { whoCan } from "../../src/graph/whoCan.ts";
import { openProject } from "../../src/plugin/project.ts";
import { readSnapshot } from "../../src/snapshot/readSnapshot.ts";
import type { TaskAction } from "../define.ts";

const who: TaskAction<{ function: string; policy: string }> = async (args, context) => {
  // An address is read whoever deployed it.
  const foreign = args.function.startsWith("0x");
  const project = await openProject(context.hre, {
    policy: args.policy,
    state: foreign ? "any" : "deployed",
  });
  const { target, selector, label, item } = findFunction(args.function, project.book);
  context.progress(`Reading ${label} on ${project.network}, and whoever has power over it`);
  const snapshot = await readSnapshot(project.client, {
    addresses: [target],
    follow: true,
    chainId: project.chainId,
  });
  const guards = await readGuards(project.client, { snapshot, target, ...(item ? { item } : {}) });
  const reach = whoCan(snapshot, { target, selector, guards });
  return {
    data: { function: label, block: snapshot.block, ...reach, guards },
    text: formatReach(label, reach, nameFrom(snapshot, project.book)),
  };
};

export default who;
