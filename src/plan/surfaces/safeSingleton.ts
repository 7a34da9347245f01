/**
 * The code behind a Safe. Findings only: a Safe replaces its singleton by a delegate call into a migration contract, and a
 * delegate call may write any slot of the Safe, its owners included, whatever the call says it does. Portcullis signs
 * none, so that a Safe's owners never learn to sign one.
 */
import { publishedSingleton } from "../../safe/publishedSingleton.ts";
import { type Change, impossible, type SurfacePlan, type SurfacePlanner } from "../change.ts";
import { sameAddress, ZERO_ADDRESS } from "../model.ts";

export const planSafeSingleton: SurfacePlanner = ({ wanted, found, context }): SurfacePlan => {
  const [wish, now] = [wanted.safe, found.safe];
  if (wish === undefined || now === undefined) return { changes: [] };
  const { singleton } = now;
  // The very first Safes kept it elsewhere.
  if (sameAddress(singleton, ZERO_ADDRESS)) return { changes: [] };
  const published = publishedSingleton(context.desired.chainId, singleton);
  const is = published === undefined ? "no singleton that Safe published" : `Safe ${published}`;
  const at = (field: string, want: string): Parameters<typeof impossible>[0] => ({
    path: `${wanted.name}.${field}`,
    wanted: want,
    found: `${singleton} (${is})`,
    effect: published === undefined ? "tightening" : "loosening",
  });
  const say = (change: Parameters<typeof impossible>[0]): Change =>
    published === undefined
      ? impossible(
          change,
          `the Safe runs ${is}: that code decides who its owners are`,
          "if nobody of yours did this, treat the Safe as taken over; if it is meant, write it as singleton into the policy",
        )
      : impossible(
          change,
          "a Safe changes its singleton only by a delegate call into a migration contract, which Portcullis does not sign",
          `migrate it in the Safe app, or write version: "${published}" into the policy`,
        );
  if (!sameAddress(wish.singleton, ZERO_ADDRESS)) {
    return { changes: sameAddress(wish.singleton, singleton) ? [] : [say(at("singleton", wish.singleton))] };
  }
  if (published === wish.version || (published !== undefined && wish.version.startsWith(`${published}+`)))
    return { changes: [] };
  return { changes: [say(at("version", `Safe ${wish.version}`))] };
};
