import { chooseGuardian } from "../../src/plugin/recovery/chooseGuardian.ts";
import { openApprovalFile } from "../../src/plugin/recovery/openApprovalFile.ts";
import { openOffline } from "../../src/plugin/recovery/openOffline.ts";
import { describeSigning, requireCurrent, signFile } from "../../src/plugin/recovery/signFile.ts";
import { stopped, type TaskAction } from "../define.ts";

interface Args {
  file: string;
  as: string;
  policy: string;
  dryRun: boolean;
}

const approve: TaskAction<Args> = async ({ file: path, as, policy, dryRun }, context) => {
  const { file, write } = await openApprovalFile(context.hre, path);
  requireCurrent(file, Math.floor(Date.now() / 1000));
  const keys = await openOffline(context.hre, policy, file.places[0].chainId);
  const guardian = await chooseGuardian(file, keys, as);
  const asked = await describeSigning(file, guardian, keys);
  if (dryRun)
    return { data: { file, guardian, signed: false }, text: `${asked}\n\nDry run: nothing was signed` };
  if (!(await context.confirm(`${asked}\n\nSign it?`))) throw stopped();
  const signed = await signFile(file, guardian, keys);
  await write(signed);
  return {
    data: { file: signed, guardian, signed: true },
    text: [
      asked,
      "",
      `${guardian.name} signed ${path}. Next, the other guardians; then anyone:`,
      context.command(`npx hardhat recovery execute --file ${path}`),
    ].join("\n"),
  };
};

export default approve;
