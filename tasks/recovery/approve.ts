import { ecdsaSigner } from "../../src/accounts/owners/ecdsa.ts";
import { parseApprovalFile, writeApprovalFile } from "../../src/accounts/recovery/approvalFile.ts";
import { approve } from "../../src/accounts/recovery/approve.ts";
import { describeFile } from "../../src/accounts/recovery/describeFile.ts";
import { chooseGuardian } from "../../src/plugin/recovery/chooseGuardian.ts";
import { openApprovalFile } from "../../src/plugin/recovery/openApprovalFile.ts";
import { openOffline } from "../../src/plugin/recovery/openOffline.ts";
import { stopped, type TaskAction } from "../define.ts";

interface Args {
  file: string;
  as: string;
  policy: string;
  dryRun: boolean;
}

const approveTask: TaskAction<Args> = async ({ file: path, as, policy, dryRun }, context) => {
  const stored = await openApprovalFile(context.hre, path);
  const file = parseApprovalFile(stored.text);
  const { book, signers } = await openOffline(context.hre, policy, file.places[0].chainId);
  const guardian = chooseGuardian(file, signers, as);
  const asked = `${describeFile(file, { book })}\nto be signed by ${guardian}`;
  if (dryRun) return { data: { file, guardian, signed: false }, text: asked };
  if (!(await context.confirm(`${asked}\nSign it?`))) throw stopped();
  const signed = await approve(file, ecdsaSigner(await signers.get(guardian)));
  await stored.write(writeApprovalFile(signed));
  return { data: { file: signed, guardian, signed: true }, text: `${guardian} signed ${path}` };
};

export default approveTask;
