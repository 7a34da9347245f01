/** The refusal of a user who answered no: an error, so that no script takes it for done. */
import { PortcullisError } from "../errors.ts";

export function stopped(hint = "run the same command again when it is what you want"): never {
  throw new PortcullisError("STOPPED", "You answered no: nothing was sent", { hint });
}
