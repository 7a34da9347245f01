/** How loud a change is told. Whatever gives power, or takes time from those who could object, is a danger. */
import { zeroAddress } from "viem";
import type { AdminChange, Severity } from "./types.ts";

/** Who or what holds power: new ones are dangers, gone ones a relief. */
const HOLDERS =
  /^(timelock\.(proposer|executor|admin)|safe\.(owner|module)|manager\.role\.\d+\.member|access\.role\.0x[0-9a-f]{64}\.member)\.0x[0-9a-fA-F]{40}$/;
/** Who can object: gone ones are dangers. */
const OBJECTORS = /^timelock\.(canceller|guardian)\.0x[0-9a-fA-F]{40}$/;
/** Time to object: less is a danger. */
const DELAYS = /(\.|^)(delay|grantDelay|floor|threshold|vetoLimit|vetoes)$/;
/** Time in which an approval stays usable, or a target is open: more is a danger. */
const WINDOWS = /^timelock\.(expiry|vetoWindow)$/;
/** Who decides everything about the contract. */
const SEATS =
  /^(owner|owner\.pending|account\.owner|account\.recovery\.module|authority|delegate|code|access\.defaultAdmin|access\.defaultAdmin\.pending|proxy\..*|safe\.(singleton|version)|timelock\.flavour|manager\.flavour)$/;

/** Keys that act as an account, and what is under way to give it another owner or other guardians. */
const PENDING = /^account\.(session\.0x[0-9a-f]{8}|recovery\.(request|change))$/;

export function judgeChange({ path, from, to }: AdminChange): Severity {
  if (PENDING.test(path)) return to === undefined ? "relief" : "danger";
  // Enough of them replace the owner; without them nobody does.
  if (path.startsWith("account.guardian.")) return "danger";
  if (HOLDERS.test(path)) {
    if (to === undefined) return "relief";
    return from === "permanent" ? "relief" : "danger";
  }
  if (OBJECTORS.test(path)) return to === undefined ? "danger" : "relief";
  if (path.startsWith("timelock.suspended.")) return to === undefined ? "danger" : "relief";
  if (path.startsWith("timelock.postCondition.")) return from === undefined ? "relief" : "danger";
  if (path.endsWith(".decrease")) return to === undefined ? "relief" : "danger";
  if (path.endsWith(".increase")) return to === undefined ? "notice" : "relief";
  if (DELAYS.test(path)) return compare(from, to, "danger", "relief");
  if (WINDOWS.test(path)) return compare(from, to, "relief", "danger");
  if (SEATS.test(path)) return isNobody(to) && path !== "proxy.implementation" ? "notice" : "danger";
  if (/^safe\.(guard|moduleGuard|fallbackHandler)$/.test(path)) return "danger";
  if (/^manager\.rotation\.|\.renewal$/.test(path)) return to === undefined ? "relief" : "danger";
  if (path === "paused") return to === "true" ? "relief" : "notice";
  if (path.endsWith(".closed")) return to === "true" ? "relief" : "danger";
  if (/\.(admin|guardian|keyBound)$/.test(path) || path.includes(".function.")) return "danger";
  return "notice";
}

/** A delay that is new where none was, or gone, is judged as from or to zero. */
function compare(from: string | undefined, to: string | undefined, less: Severity, more: Severity): Severity {
  const [was, is] = [BigInt(from ?? "0"), BigInt(to ?? "0")];
  if (was === is) return "notice";
  return is < was ? less : more;
}

function isNobody(value: string | undefined): boolean {
  return value === undefined || value === zeroAddress;
}
