import { PortcullisError } from "../../src/errors.ts";
import { parseInstant } from "../../src/policy/text/instant.ts";
import type { TaskAction } from "../define.ts";
import { type ChangeArgs, changeGrant } from "./changeGrant.ts";
import { parseShortDuration } from "./shortDuration.ts";

interface Args extends ChangeArgs {
  for: string;
  until: string;
  delay: string;
  temporary: boolean;
}

const grant: TaskAction<Args> = async (args, context) => {
  if (args.for !== "" && args.until !== "") {
    throw new PortcullisError("OPTION_CONFLICT", "--for and --until both say when the grant ends", {
      hint: "give one of them",
    });
  }
  const lasts = args.for === "" ? undefined : parseShortDuration(args.for);
  const until = args.until === "" ? 0n : parseInstant(args.until);
  const delay = args.delay === "" ? undefined : parseShortDuration(args.delay);
  return changeGrant(args, context, (now) => ({
    kind: "grant",
    until: lasts === undefined ? until : now + lasts,
    delay,
    temporary: args.temporary,
  }));
};

export default grant;
