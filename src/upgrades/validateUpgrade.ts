/** Whether a proxy can move from one implementation to another without losing its storage or its way back. */
import core, { type StorageLayout } from "@openzeppelin/upgrades-core";
import { PortcullisError } from "../errors.ts";
import { type Analysis, analyseBuild } from "./analyseBuild.ts";
import { compareSlots } from "./compareSlots.ts";
import { newInitializableBases } from "./initializers.ts";
import { quietly } from "./quietly.ts";
import type { Compile, CompiledContract, ProxyKind, UpgradeProblem, UpgradeValidation } from "./types.ts";

type ValidationError = ReturnType<typeof core.getErrors>[number];

export interface ValidateUpgradeParameters {
  from: CompiledContract;
  to: CompiledContract;
  kind: ProxyKind;
  compile: Compile;
}

/**
 * OpenZeppelin's rules (upgrades-core), ERC-7201 namespaces included. They are made for contracts that begin; the proxy
 * of an upgrade has begun: an initializer that is missing is a problem only for a base that it never initialised.
 *
 * @throws PortcullisError BUILD_UNREADABLE
 */
export async function validateUpgrade(parameters: ValidateUpgradeParameters): Promise<UpgradeValidation> {
  const { from, to, kind, compile } = parameters;
  const [was, is] = await analyseBoth(from, to, compile);
  const [oldLayout, newLayout] = [layoutOf(was, from), layoutOf(is, to)];

  const added = newInitializableBases(
    { output: was.output, source: from.source, name: from.artifact },
    { output: is.output, source: to.source, name: to.artifact },
  );
  const errors = errorsOf(is, to, kind);
  const isNew = (parent: string) => added.some((key) => key.endsWith(`:${parent}`));
  const isNotice = (error: ValidationError) =>
    (error.kind === "missing-initializer" && added.length === 0) ||
    (error.kind === "missing-initializer-call" && !error.parentContracts.some(isNew));
  const layout = core.getStorageUpgradeReport(oldLayout, newLayout, core.withValidationDefaults({ kind }));
  const problems: UpgradeProblem[] = [
    ...errors.filter((error) => !isNotice(error)).map(describe),
    ...(layout.ok ? [] : [{ kind: "layout", message: layout.explain(false) }]),
  ];
  return {
    from: from.artifact,
    to: to.artifact,
    kind,
    ok: problems.length === 0,
    problems,
    notices: errors.some(isNotice)
      ? [
          `${to.artifact} initialises no base again, and need not: the proxy has initialised every base that ${to.artifact} has`,
        ]
      : [],
    slots: compareSlots(oldLayout, newLayout),
  };
}

async function analyseBoth(
  from: CompiledContract,
  to: CompiledContract,
  compile: Compile,
): Promise<[Analysis, Analysis]> {
  if (from.build.id === to.build.id) {
    const both = await analyseBuild(from.build, [from.source, to.source], compile);
    return [both, both];
  }
  return [
    await analyseBuild(from.build, [from.source], compile),
    await analyseBuild(to.build, [to.source], compile),
  ];
}

function versionOf({ validations }: Analysis, { source, artifact }: CompiledContract) {
  try {
    return core.getContractVersion(validations, `${source}:${artifact}`);
  } catch (error) {
    throw new PortcullisError(
      "NOT_DEPLOYABLE",
      `${artifact} has no code of its own: it is abstract or an interface`,
      {
        hint: "name a contract that can be deployed: --to <Artifact>",
        details: { artifact },
        cause: error,
      },
    );
  }
}

function layoutOf(analysis: Analysis, contract: CompiledContract): StorageLayout {
  return core.getStorageLayout(analysis.validations, versionOf(analysis, contract));
}

function errorsOf(analysis: Analysis, contract: CompiledContract, kind: ProxyKind): ValidationError[] {
  const options = core.withValidationDefaults({ kind });
  return quietly(() => core.getErrors(analysis.validations, versionOf(analysis, contract), options));
}

function describe(error: ValidationError): UpgradeProblem {
  const message = new core.UpgradeableContractErrorReport([error]).explain(false).trim();
  return { kind: error.kind, message };
}

export function formatValidation(validation: UpgradeValidation): string {
  const { from, to, kind, ok, problems, notices, slots } = validation;
  return [
    ok
      ? `${from} → ${to} (${kind}): safe.`
      : `${from} → ${to} (${kind}): REFUSED, ${problems.length} problem${problems.length === 1 ? "" : "s"}.`,
    ...problems.map(({ kind: problem, message }) => `  !! ${problem}: ${message.replace(/\n+/g, "\n     ")}`),
    ...(slots.length === 0 ? [] : ["  Storage that would be read as something else:"]),
    ...slots.map(
      ({ namespace, slot, offset, was = "nothing", becomes = "nothing" }) =>
        `     ${namespace} slot ${slot} byte ${offset}: ${was} → ${becomes}`,
    ),
    ...notices.map((notice) => `  i  ${notice}`),
  ].join("\n");
}

/** @throws PortcullisError UPGRADE_UNSAFE */
export function requireSafeUpgrade(validation: UpgradeValidation): void {
  if (validation.ok) return;
  const kinds = [...new Set(validation.problems.map(({ kind }) => kind))];
  throw new PortcullisError("UPGRADE_UNSAFE", formatValidation(validation), {
    hint: kinds.includes("layout")
      ? `keep the stored fields where they are and add new ones behind them, then run the same command again`
      : `remove what is named above from ${validation.to}, then run the same command again`,
    details: { problems: validation.problems, slots: validation.slots },
  });
}
