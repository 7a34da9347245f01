import { isAddress } from "viem";
import { findContract } from "../../src/graph/findFunction.ts";
import { formatRoles } from "../../src/graph/formatRoles.ts";
import { nameFrom } from "../../src/graph/names.ts";
import { openProject } from "../../src/plugin/project.ts";
import { listRoles } from "../../src/snapshot/listRoles.ts";
import { readSnapshot } from "../../src/snapshot/readSnapshot.ts";
import type { TaskAction } from "../define.ts";

const list: TaskAction<{ contract: string; policy: string }> = async ({ contract, policy }, context) => {
  // An address is read whoever deployed it.
  const foreign = isAddress(contract, { strict: false });
  const project = await openProject(context.hre, { policy, state: foreign ? "any" : "deployed" });
  const only = contract === "" ? undefined : findContract(contract, project.book).address;
  const addresses = only ? [only] : project.desired.contracts.map(({ address }) => address);
  context.progress(`Reading ${addresses.length} contracts on ${project.network}`);
  const snapshot = await readSnapshot(project.client, { addresses, chainId: project.chainId });
  const rows = listRoles(snapshot);
  return {
    data: { block: snapshot.block, roles: rows },
    text: formatRoles(rows, nameFrom(snapshot, project.book)),
  };
};

export default list;
