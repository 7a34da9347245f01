/**
 * A small chain for plans: executes the bytes of a plan's calls with the rules of the contracts, on its own terms.
 * It shares nothing with the planners but the shape of a snapshot, so what a planner believes can be wrong here.
 */
import {
  type Address,
  decodeFunctionData,
  getAddress,
  type Hash,
  type Hex,
  parseAbi,
  toFunctionSelector,
  zeroAddress,
} from "viem";
import type { Call, PlannedOperation } from "../../src/operations/types.ts";
import type { ContractState, DelayState, Snapshot } from "../../src/snapshot/types.ts";

const ABI = parseAbi([
  "function labelRole(uint64 roleId, string label)",
  "function setRoleAdmin(uint64 roleId, uint64 admin)",
  "function setRoleGuardian(uint64 roleId, uint64 guardian)",
  "function setGrantDelay(uint64 roleId, uint32 newDelay)",
  "function grantRole(uint64 roleId, address account, uint32 executionDelay)",
  "function grantRoleUntil(uint64 roleId, address account, uint32 executionDelay, uint48 until)",
  "function renewRole(uint64 roleId, address account, uint48 until)",
  "function clearExpired(uint64 roleId, address account)",
  "function revokeRole(uint64 roleId, address account)",
  "function setTargetFunctionRole(address target, bytes4[] selectors, uint64 roleId)",
  "function setTargetAdminDelay(address target, uint32 newDelay)",
  "function setTargetClosed(address target, bool closed)",
  "function schedule(address target, bytes data, uint48 when)",
  "function execute(address target, bytes data)",
  "function transferOwnership(address newOwner)",
  "function acceptOwnership()",
  "function beginDefaultAdminTransfer(address newAdmin)",
  "function cancelDefaultAdminTransfer()",
  "function acceptDefaultAdminTransfer()",
  "function changeDefaultAdminDelay(uint48 newDelay)",
  "function updateDelay(uint256 newDelay)",
  "function addOwnerWithThreshold(address owner, uint256 threshold)",
  "function removeOwner(address previous, address owner, uint256 threshold)",
  "function swapOwner(address previous, address oldOwner, address newOwner)",
  "function changeThreshold(uint256 threshold)",
  "function enableModule(address module)",
  "function disableModule(address previous, address module)",
  "function setGuard(address guard)",
  "function reinstate(address proposer)",
  "function addPostcondition(address target, bytes data, uint8 comparison, bytes32 expected)",
  "function removePostcondition(uint256 index)",
  "function upgradeToAndCall(address implementation, bytes data)",
]);
// The same names with other words for the role.
const ACCESS_CONTROL = parseAbi([
  "function grantRole(bytes32 role, address account)",
  "function revokeRole(bytes32 role, address account)",
]);

const TIMELOCK_LISTS: Readonly<
  Record<Hex, "admins" | "proposers" | "executors" | "cancellers" | "guardians">
> = {
  "0x0000000000000000000000000000000000000000000000000000000000000000": "admins",
  "0xb09aa5aeb3702cfd50b6b62bc4532604938f21248a27a1d5ca736082b6819cc1": "proposers",
  "0xd8aa0f3194971a2a116679f7c2090f6939c8d4e01a2a8d7e41d55e5351469e63": "executors",
  "0xfd643c72710c63c0180259aba6b2d05451e3591a24e58b62239378085726f783": "cancellers",
  "0x55435dd261a4b9b3364963f7738a7a662ad9c84396d64be3365284bb7f0a5041": "guardians",
};

const UPGRADE = toFunctionSelector("upgradeToAndCall(address,bytes)");
const REQUIRE_CODEHASH = toFunctionSelector("requireCodehash(address,bytes32)");
const REMOVE_CONDITION = toFunctionSelector("removePostcondition(uint256)");
const OWN_TIMELOCK_CALLS: readonly string[] = [
  toFunctionSelector("reinstate(address)"),
  toFunctionSelector("addPostcondition(address,bytes,uint8,bytes32)"),
  REMOVE_CONDITION,
];
const SENTINEL = "0x0000000000000000000000000000000000000001";
const ZERO_ROLE: Hex = `0x${"00".repeat(32)}`;

// biome-ignore lint/suspicious/noExplicitAny: states are readonly outside; here they are the chain's storage
type Mutable = any;

export class ChainModel {
  time: bigint;
  readonly contracts = new Map<string, Mutable>();
  readonly #chainId: number;

  constructor(snapshot: Snapshot) {
    this.time = snapshot.block.timestamp;
    this.#chainId = snapshot.chainId;
    for (const state of structuredClone(snapshot.contracts))
      this.contracts.set(state.address.toLowerCase(), state);
  }

  snapshot(): Snapshot {
    this.#settle();
    return {
      chainId: this.#chainId,
      block: { number: 1n, hash: ZERO_ROLE, timestamp: this.time },
      contracts: structuredClone([...this.contracts.values()]) as ContractState[],
    };
  }

  /**
   * Carries out a plan as fast as it says it can be: steps that do not name each other overlap. Stops after `most`
   * executed steps; `each` is told after every call.
   */
  carryOut(steps: readonly PlannedOperation[], each: () => void = () => {}, most = steps.length): void {
    const begun = new Map<PlannedOperation, bigint>();
    const events = steps.flatMap((step, index) => [
      { time: step.earliest.begin, index, step, run: () => begun.set(step, this.#begin(step)) },
      {
        time: step.earliest.done,
        index: index + 0.5,
        step,
        run: () => this.#execute(step, begun.get(step) ?? 0n, each),
      },
    ]);
    events.sort((a, b) => (a.time === b.time ? a.index - b.index : a.time < b.time ? -1 : 1));
    const done = new Set<Hash>();
    for (const event of events) {
      if (done.size === most) return;
      this.#waitUntil(event.time);
      event.run();
      if (event.index % 1 === 0) continue;
      for (const id of event.step.after)
        require(done.has(id), `${event.step.title} overtook what it comes after`);
      done.add(event.step.id);
    }
  }

  /** What has to wait is scheduled; returns how long (seconds). */
  #begin({ route }: PlannedOperation): bigint {
    if (route.kind !== "timelock") return this.time;
    const { timelock } = this.#at(route.timelock);
    const { proposer } = route;
    const by = proposer.kind === "safe" ? proposer.safe : "from" in proposer ? proposer.from : zeroAddress;
    require(has(timelock.proposers, by), `${by} is no proposer`);
    require(!has(timelock.suspended, by), `${by} is suspended`);
    return this.time + current(timelock.delay, this.time);
  }

  #execute({ route, calls }: PlannedOperation, begun: bigint, each: () => void): void {
    if (route.kind === "timelock") {
      require(this.time >= begun, `timelock: ${this.time} is before ${begun}`);
      require(this.#at(route.timelock).timelock.executors.length > 0, "nobody can execute");
    }
    const sender =
      route.kind === "timelock"
        ? route.timelock
        : route.kind === "safe"
          ? route.safe
          : route.kind === "account"
            ? route.account
            : route.from;
    if (route.kind === "timelock") this.#checkRemovals(route.timelock, calls);
    for (const call of calls) {
      this.#call(sender, call, route.kind === "manager" ? this.time - begun : 0n);
      each();
    }
  }

  /** Removals run unchecked where nothing else runs with them, and must not be what a condition guards against. */
  #checkRemovals(timelock: Address, calls: readonly Call[]): void {
    const removals = calls.filter(
      (call) => same(call.to, timelock) && call.data.startsWith(REMOVE_CONDITION),
    );
    require(removals.length === 0 ||
      removals.length === calls.length, "a removal is checked with other calls");
  }

  #waitUntil(time: bigint): void {
    if (time > this.time) this.time = time;
    this.#settle();
  }

  /** What a reader of the chain would see at this time. */
  #settle(): void {
    const settle = (delay: DelayState): DelayState =>
      delay.effect !== 0n && delay.effect <= this.time
        ? { current: delay.pending, pending: delay.pending, effect: 0n }
        : delay;
    for (const state of this.contracts.values()) {
      if (state.timelock) {
        state.timelock.delay = settle(state.timelock.delay);
        const conditions = state.timelock.postConditions;
        if (conditions)
          state.timelock.postConditions = conditions.filter(
            (c: Mutable) => c.until === 0n || c.until > this.time,
          );
      }
      for (const role of state.manager?.roles ?? []) {
        role.grantDelay = settle(role.grantDelay);
        for (const member of role.members) {
          member.delay = settle(member.delay);
          if (member.pendingUntil && member.pendingUntil.effect <= this.time) {
            member.until = member.pendingUntil.until;
            delete member.pendingUntil;
          }
        }
      }
      for (const target of state.manager?.targets ?? []) target.adminDelay = settle(target.adminDelay);
      const rules = state.accessControl?.defaultAdmin;
      if (rules?.pendingDelay && rules.pendingDelay.schedule < this.time) {
        rules.delay = rules.pendingDelay.newDelay;
        delete rules.pendingDelay;
      }
    }
  }

  #at(address: Address): Mutable {
    const state = this.contracts.get(address.toLowerCase());
    if (state === undefined) throw new Error(`no contract at ${address}`);
    return state;
  }

  #call(sender: Address, call: Call, waited: bigint): void {
    const state = this.#at(call.to);
    if (state.timelock && call.data.startsWith(REQUIRE_CODEHASH)) return;
    if (state.proxy && call.data.startsWith(UPGRADE)) {
      require(same(sender, state.ownable.owner), `${sender} may not upgrade`);
      state.proxy.implementation = (decodeFunctionData({ abi: ABI, data: call.data }) as Mutable).args[0];
      return;
    }
    if (state.manager) this.#manager(state, sender, call, waited);
    else if (state.timelock) this.#timelock(state, sender, call);
    else if (state.safe) this.#safe(state, sender, call);
    else if (state.ownable) this.#ownable(state.ownable, sender, call);
    else this.#accessControl(state.accessControl, sender, call);
  }

  #manager(state: Mutable, sender: Address, call: Call, waited: bigint): void {
    const { manager } = state;
    const { functionName, args } = decodeFunctionData({ abi: ABI, data: call.data }) as Mutable;
    const role = (id: bigint): Mutable => {
      let found = manager.roles.find((r: Mutable) => r.id === id);
      if (!found) {
        found = { id, admin: 0n, guardian: 0n, grantDelay: still(0n), keyBound: false, members: [] };
        manager.roles.push(found);
      }
      return found;
    };
    const member = (id: bigint, account: Address) =>
      role(id).members.find((m: Mutable) => same(m.account, account));
    const active = (m: Mutable) => m && m.since <= this.time && (m.until === 0n || m.until > this.time);
    const authorise = (id: bigint, extra: DelayState = still(0n)) => {
      const m = member(id, sender);
      require(active(m), `${sender} has not role ${id} at ${this.time}`);
      // What was scheduled keeps the delay of that moment, whatever the delay has become since.
      const delays = [this.time, this.time - waited].map((time) =>
        max(current(m.delay, time), current(extra, time)),
      );
      const delay = isAtOnce(manager, functionName, args, this.time) ? 0n : delays.reduce(min);
      require(waited >= delay, `${sender} waited ${waited} of ${delay}`);
    };
    const target = (address: Address): Mutable => {
      let found = manager.targets.find((t: Mutable) => same(t.address, address));
      if (!found) {
        found = { address, closed: false, adminDelay: still(0n), functions: [] };
        manager.targets.push(found);
      }
      return found;
    };
    const setDelay = (before: DelayState, seconds: bigint): DelayState => {
      const now = current(before, this.time);
      const decrease = now > seconds ? now - seconds : 0n;
      const setback = manager.flavour === "portcullis" ? (decrease > 0n ? now : 0n) : max(decrease, 432_000n);
      return setback === 0n
        ? still(seconds)
        : { current: now, pending: seconds, effect: this.time + setback };
    };
    const grant = (id: bigint, account: Address, delay: bigint, until: bigint | null) => {
      authorise(role(id).admin);
      const grantDelay = current(role(id).grantDelay, this.time);
      if (manager.flavour === "portcullis")
        require(delay <= grantDelay, `grant delay ${grantDelay} below ${delay}`);
      const m = member(id, account);
      if (!m || (m.until !== 0n && m.until <= this.time)) {
        role(id).members = role(id).members.filter((x: Mutable) => x !== m);
        role(id).members.push({
          account,
          since: this.time + grantDelay,
          until: until ?? 0n,
          delay: still(delay),
        });
        return;
      }
      const now = current(m.delay, this.time);
      const setback = delay >= now ? 0n : now - delay;
      m.delay = setback === 0n ? still(delay) : { current: now, pending: delay, effect: this.time + setback };
      if (until !== null) renew(m, until, grantDelay);
    };
    const renew = (m: Mutable, until: bigint, grantDelay: bigint) => {
      const later = m.until !== 0n && (until === 0n || until > m.until);
      delete m.pendingUntil;
      if (later && grantDelay > 0n) m.pendingUntil = { until, effect: this.time + grantDelay };
      else m.until = until;
    };

    switch (functionName) {
      case "schedule": {
        const inner = { to: args[0], value: 0n, data: args[1] };
        const wait = this.#delayOf(state, sender, inner);
        require(wait > 0n, "nothing to schedule");
        manager.operations.push({
          id: ZERO_ROLE,
          nonce: 1,
          caller: sender,
          target: args[0],
          data: args[1],
          value: 0n,
          salt: ZERO_ROLE,
          readyAt: this.time + wait,
          expiresAt: this.time + wait + 604_800n,
        });
        return;
      }
      case "execute": {
        const operation = manager.operations.find(
          (o: Mutable) => same(o.caller, sender) && same(o.target, args[0]) && o.data === args[1],
        );
        const wait = this.#delayOf(state, sender, { to: args[0], value: 0n, data: args[1] });
        if (wait > 0n)
          require(operation !== undefined && operation.readyAt <= this.time, "not ready at the manager");
        manager.operations = manager.operations.filter((o: Mutable) => o !== operation);
        this.#call(
          same(args[0], state.address) ? sender : state.address,
          { to: args[0], value: 0n, data: args[1] },
          wait,
        );
        return;
      }
      case "labelRole":
        authorise(0n);
        role(args[0]).label = args[1];
        return;
      case "setRoleAdmin":
        authorise(0n, this.#objectionTime(manager, functionName, args));
        role(args[0]).admin = args[1];
        return;
      case "setRoleGuardian":
        authorise(0n, this.#objectionTime(manager, functionName, args));
        role(args[0]).guardian = args[1];
        return;
      case "setGrantDelay":
        authorise(0n);
        role(args[0]).grantDelay = setDelay(role(args[0]).grantDelay, BigInt(args[1]));
        return;
      case "grantRole":
        grant(args[0], args[1], BigInt(args[2]), null);
        return;
      case "grantRoleUntil":
        grant(args[0], args[1], BigInt(args[2]), BigInt(args[3]));
        return;
      case "renewRole":
        authorise(role(args[0]).admin);
        renew(member(args[0], args[1]), BigInt(args[2]), current(role(args[0]).grantDelay, this.time));
        return;
      case "clearExpired": {
        const m = member(args[0], args[1]);
        require(m.until !== 0n && m.until <= this.time, "not expired");
        role(args[0]).wasGranted = true;
        role(args[0]).members = role(args[0]).members.filter((x: Mutable) => x !== m);
        return;
      }
      case "revokeRole":
        authorise(role(args[0]).admin);
        role(args[0]).wasGranted = true;
        role(args[0]).members = role(args[0]).members.filter((x: Mutable) => !same(x.account, args[1]));
        return;
      case "setTargetFunctionRole": {
        const t = target(args[0]);
        authorise(0n, t.adminDelay);
        t.functions = t.functions.filter((f: Mutable) => !args[1].includes(f.selector));
        if (args[2] !== 0n) for (const selector of args[1]) t.functions.push({ selector, role: args[2] });
        return;
      }
      case "setTargetClosed":
        authorise(0n, target(args[0]).adminDelay);
        target(args[0]).closed = args[1];
        return;
      case "setTargetAdminDelay":
        authorise(0n);
        target(args[0]).adminDelay = setDelay(target(args[0]).adminDelay, BigInt(args[1]));
        return;
      default:
        throw new Error(`the manager has no ${functionName}`);
    }
  }

  /** What the manager would make `sender` wait for this call. */
  #delayOf(state: Mutable, sender: Address, call: Call): bigint {
    const { functionName, args } = decodeFunctionData({ abi: ABI, data: call.data }) as Mutable;
    const { manager } = state;
    const own = same(call.to, state.address);
    const adminOf = (id: bigint) => manager.roles.find((r: Mutable) => r.id === id)?.admin ?? 0n;
    const id =
      own && ["grantRole", "grantRoleUntil", "renewRole", "revokeRole"].includes(functionName)
        ? adminOf(args[0])
        : 0n;
    const member = manager.roles
      .find((r: Mutable) => r.id === id)
      ?.members.find((m: Mutable) => same(m.account, sender));
    require(member && member.since <= this.time, `${sender} has not role ${id}`);
    const guarded = ["setTargetFunctionRole", "setTargetClosed"].includes(functionName);
    const target = guarded && manager.targets.find((t: Mutable) => same(t.address, args[0]));
    if (own && isAtOnce(manager, functionName, args, this.time)) return 0n;
    const extra = target
      ? current(target.adminDelay, this.time)
      : own
        ? current(this.#objectionTime(manager, functionName, args), this.time)
        : 0n;
    return max(current(member.delay, this.time), extra);
  }

  /** How long a RoleManager leaves the guardian of a role to object to another admin or guardian. */
  #objectionTime(manager: Mutable, functionName: string, args: Mutable): DelayState {
    const role = manager.roles.find((r: Mutable) => r.id === args[0]);
    if (manager.flavour !== "portcullis" || role === undefined) return still(0n);
    const loosens =
      functionName === "setRoleAdmin"
        ? args[1] !== 0n && (role.wasGranted || role.vacated || role.members.length > 0)
        : functionName === "setRoleGuardian" && role.guardian !== 0n;
    return loosens ? role.grantDelay : still(0n);
  }

  #timelock(state: Mutable, sender: Address, call: Call): void {
    const { timelock } = state;
    if (call.data.startsWith("0x64d62353")) {
      require(same(sender, state.address), "only the timelock sets its delay");
      const { args } = decodeFunctionData({ abi: ABI, data: call.data }) as Mutable;
      const now = current(timelock.delay, this.time);
      const waits = timelock.flavour === "portcullis" && args[0] < now;
      timelock.delay = waits ? { current: now, pending: args[0], effect: this.time + now } : still(args[0]);
      return;
    }
    if (this.#own(state, sender, call)) return;
    const { functionName, args } = decodeFunctionData({ abi: ACCESS_CONTROL, data: call.data });
    const list = TIMELOCK_LISTS[args[0]];
    if (list === undefined) throw new Error(`unknown role ${args[0]}`);
    const admin =
      same(sender, state.address) || (timelock.flavour === "openzeppelin" && has(timelock.admins, sender));
    require(admin, `${sender} is no admin of the timelock`);
    const grants = functionName === "grantRole";
    if (list === "proposers") {
      const suspended = has(timelock.suspended, args[1]);
      require(!(grants && suspended), "TimelockSuspended");
      const active = timelock.proposers.filter((p: Address) => !has(timelock.suspended, p));
      if (!grants && timelock.flavour === "portcullis" && !suspended && has(timelock.proposers, args[1]))
        require(active.length > 1, "TimelockLastProposer");
      timelock.suspended = change(timelock.suspended, args[1], false);
    }
    timelock[list] = change(timelock[list], args[1], grants);
  }

  /** What only Portcullis's timelock has; false for anything else. */
  #own({ address, timelock }: Mutable, sender: Address, call: Call): boolean {
    if (!OWN_TIMELOCK_CALLS.includes(call.data.slice(0, 10))) return false;
    require(timelock.flavour === "portcullis" && same(sender, address), "only the timelock itself");
    const { functionName, args } = decodeFunctionData({ abi: ABI, data: call.data }) as Mutable;
    const live = timelock.postConditions.filter((c: Mutable) => c.until === 0n || c.until > this.time);
    switch (functionName) {
      case "reinstate":
        require(has(timelock.suspended, args[0]), "TimelockNotSuspended");
        timelock.suspended = change(timelock.suspended, args[0], false);
        break;
      case "addPostcondition": {
        require(live.length < 8, "TimelockTooManyPostconditions");
        let index = 0;
        while (live.some((c: Mutable) => c.index === index)) index++;
        const comparison = (["equals", "atLeast", "atMost"] as const)[args[2] as 0 | 1 | 2];
        live.push({ target: args[0], data: args[1], comparison, expected: args[3], until: 0n, index });
        timelock.postConditions = live;
        break;
      }
      default: {
        const found = live.find((c: Mutable) => c.index === Number(args[0]) && c.until === 0n);
        require(found, "TimelockUnknownPostcondition");
        found.until = this.time + current(timelock.delay, this.time);
      }
    }
    return true;
  }

  #safe(state: Mutable, sender: Address, call: Call): void {
    const { safe } = state;
    require(same(sender, state.address), "only the Safe changes itself");
    const { functionName, args } = decodeFunctionData({ abi: ABI, data: call.data }) as Mutable;
    const list: Address[] = safe.ownerList ?? [...safe.owners];
    const after = (items: Address[], previous: Address, item: Address): number => {
      const index = items.findIndex((o) => same(o, item));
      require(index >= 0, `${item} is not in the list`);
      require(same(
        index === 0 ? SENTINEL : (items[index - 1] as Address),
        previous,
      ), "GS205: not its predecessor");
      return index;
    };
    const owners = (next: Address[], threshold: number) => {
      require(threshold >= 1 && threshold <= next.length, `GS201: ${threshold} of ${next.length}`);
      Object.assign(safe, { ownerList: next, owners: [...next].sort(byAddress), threshold });
    };
    switch (functionName) {
      case "addOwnerWithThreshold":
        require(!has(list, args[0]), "GS204");
        owners([args[0], ...list], Number(args[1]));
        return;
      case "removeOwner": {
        const i = after(list, args[0], args[1]);
        owners(list.toSpliced(i, 1), Number(args[2]));
        return;
      }
      case "swapOwner": {
        require(!has(list, args[2]), "GS204");
        const i = after(list, args[0], args[1]);
        owners(list.toSpliced(i, 1, args[2]), safe.threshold);
        return;
      }
      case "changeThreshold":
        owners(list, Number(args[0]));
        return;
      case "enableModule":
        safe.moduleList = [args[0], ...(safe.moduleList ?? safe.modules)];
        break;
      case "disableModule": {
        const modules = safe.moduleList ?? safe.modules;
        safe.moduleList = modules.toSpliced(after(modules, args[0], args[1]), 1);
        break;
      }
      case "setGuard":
        safe.guard = args[0];
        return;
      default:
        throw new Error(`the Safe has no ${functionName}`);
    }
    safe.modules = [...safe.moduleList].sort(byAddress);
  }

  #ownable(ownable: Mutable, sender: Address, call: Call): void {
    const { functionName, args } = decodeFunctionData({ abi: ABI, data: call.data }) as Mutable;
    if (functionName === "acceptOwnership") {
      require(same(sender, ownable.pendingOwner), `${sender} is not the pending owner`);
      Object.assign(ownable, { owner: sender, pendingOwner: zeroAddress });
      return;
    }
    require(same(sender, ownable.owner), `${sender} is not the owner`);
    if (ownable.pendingOwner !== undefined) ownable.pendingOwner = args[0];
    else ownable.owner = args[0];
  }

  #accessControl(control: Mutable, sender: Address, call: Call): void {
    const rules = control.defaultAdmin;
    const grant = call.data.slice(0, 10);
    if (grant === "0x2f2ff15d" || grant === "0xd547741f") {
      const { functionName, args } = decodeFunctionData({ abi: ACCESS_CONTROL, data: call.data });
      require(!(rules && args[0] === ZERO_ROLE), "the default admin role is not granted directly");
      const role = control.roles.find((r: Mutable) => r.role === args[0]);
      const admins = control.roles.find((r: Mutable) => r.role === role.admin)?.members ?? [];
      require(has(admins, sender), `${sender} has not ${role.admin}`);
      role.members = change(role.members, args[1], functionName === "grantRole");
      return;
    }
    const { functionName, args } = decodeFunctionData({ abi: ABI, data: call.data }) as Mutable;
    if (functionName === "acceptDefaultAdminTransfer") {
      require(rules.pending && same(rules.pending.newAdmin, sender), `${sender} is not the pending admin`);
      require(rules.pending.schedule < this.time, `the wait ends at ${rules.pending.schedule}`);
      rules.admin = sender;
      delete rules.pending;
      const role = control.roles.find((r: Mutable) => r.role === ZERO_ROLE);
      if (role) role.members = [sender];
      return;
    }
    require(same(sender, rules.admin), `${sender} is not the default admin`);
    if (functionName === "beginDefaultAdminTransfer")
      rules.pending = { newAdmin: args[0], schedule: this.time + rules.delay };
    else if (functionName === "cancelDefaultAdminTransfer") delete rules.pending;
    else if (functionName === "changeDefaultAdminDelay") {
      const wanted = BigInt(args[0]);
      const wait = wanted > rules.delay ? min(wanted, 432_000n) : rules.delay - wanted;
      rules.pendingDelay = { newDelay: wanted, schedule: this.time + wait };
    } else throw new Error(`unknown ${functionName}`);
  }
}

const require: (condition: unknown, message: string) => asserts condition = (condition, message) => {
  if (!condition) throw new Error(message);
};
const same = (a: Address, b: Address) => a.toLowerCase() === b.toLowerCase();
const has = (list: readonly Address[], item: Address) => list.some((other) => same(other, item));
const byAddress = (a: Address, b: Address) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1);
const change = (list: Address[], item: Address, add: boolean) => {
  const others = list.filter((other) => !same(other, item));
  return add ? [...others, getAddress(item)].sort(byAddress) : others;
};
const still = (seconds: bigint): DelayState => ({ current: seconds, pending: seconds, effect: 0n });
const current = (delay: DelayState, time: bigint) =>
  delay.effect !== 0n && delay.effect <= time ? delay.pending : delay.current;
const max = (a: bigint, b: bigint) => (a > b ? a : b);
const min = (a: bigint, b: bigint) => (a < b ? a : b);

export type { Hash };

/** RoleManager lets through without delay what takes power away. */
function isAtOnce(manager: Mutable, functionName: string, args: Mutable, time: bigint): boolean {
  if (manager.flavour !== "portcullis") return false;
  const role = () => manager.roles.find((r: Mutable) => r.id === args[0]);
  const target = () => manager.targets.find((t: Mutable) => same(t.address, args[0]));
  const isIncrease = (delay: DelayState | undefined) =>
    BigInt(args[1]) >= (delay ? current(delay, time) : 0n);
  switch (functionName) {
    case "revokeRole":
      return true;
    case "renewRole": {
      const { until } = role().members.find((m: Mutable) => same(m.account, args[1]));
      return until === 0n || (args[2] !== 0 && BigInt(args[2]) <= until);
    }
    case "setGrantDelay":
      return isIncrease(role()?.grantDelay);
    case "setTargetAdminDelay":
      return isIncrease(target()?.adminDelay);
    case "setTargetClosed":
      return args[1];
    default:
      return false;
  }
}
