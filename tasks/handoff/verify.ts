import { describeRight } from "../../src/deploy/describe.ts";
import { resolveHolder, verifyHandoff } from "../../src/deploy/verifyHandoff.ts";
import { openProject } from "../../src/plugin/project.ts";
import type { TaskAction } from "../define.ts";

const verify: TaskAction<{ address: string; policy: string }> = async (args, { hre, command }) => {
  const { client, desired, manifest } = await openProject(hre, { policy: args.policy });
  const holder = resolveHolder(desired, args.address || manifest?.deployer || "deployer");
  const report = await verifyHandoff(client, desired, holder, {
    ...(manifest === undefined ? {} : { fromBlock: manifest.fromBlock }),
  });
  const { declared, undeclared, snapshot } = report;
  const who = args.address || "the deployer";
  const lines =
    undeclared.length === 0
      ? [`Block ${snapshot.block.number}: ${who} (${holder}) holds nothing the policy does not give.`]
      : [
          `Block ${snapshot.block.number}: ${who} (${holder}) holds ${undeclared.length} right${undeclared.length === 1 ? "" : "s"} that the policy does not give:`,
          ...undeclared.map((right) => `  ${describeRight(desired, right)}`),
          command("  → npx hardhat roles plan"),
        ];
  if (declared.length > 0)
    lines.push("By the policy it holds:", ...declared.map((r) => `  ${describeRight(desired, r)}`));
  const data = { holder, block: snapshot.block, declared, undeclared };
  return { data, text: lines.join("\n"), exitCode: undeclared.length === 0 ? 0 : 2 };
};

export default verify;
