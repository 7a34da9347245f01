/** Turns what zod found into problems: path, value, and what to write instead. */
import type { z } from "zod";
import { isRecord } from "./merge.ts";
import { type Path, type Problems, show } from "./problems.ts";
import { nearestName } from "./text/nearest.ts";

type Issue = z.core.$ZodIssue;
type Def = { type: string } & Record<string, unknown>;

/**
 * @param at where `value` stands in the policy
 */
export function explainIssues(
  issues: readonly Issue[],
  schema: z.ZodType,
  value: unknown,
  at: Path,
  problems: Problems,
): void {
  for (const issue of issues) explain(issue, schema, value, at, [], problems);
}

function explain(
  issue: Issue,
  schema: z.ZodType,
  root: unknown,
  at: Path,
  above: Path,
  problems: Problems,
): void {
  const inside = [...above, ...issue.path];
  const path = [...at, ...inside];
  const value = valueAt(root, inside);
  switch (issue.code) {
    case "unrecognized_keys": {
      const known = knownKeys(schema, root, inside);
      for (const key of issue.keys) {
        problems.add(
          [...path, key],
          "is not a field here",
          suggest(key, known, (name) => name),
          valueAt(value, [key]),
        );
      }
      return;
    }
    case "invalid_union": {
      // The branch that got furthest says more than "no branch fits".
      const branch = issue.errors.find((found) =>
        found.every((i) => i.path.length > 0 || i.code === "unrecognized_keys"),
      );
      if (branch !== undefined && branch.length > 0) {
        for (const inner of branch) explain(inner, schema, root, at, inside, problems);
        return;
      }
      if ("discriminator" in issue) {
        const known = knownValues(schema, String(issue.discriminator));
        problems.add(path, missingOr(value), suggest(String(value), known, JSON.stringify), value);
        return;
      }
      break;
    }
    case "invalid_value":
      problems.add(
        path,
        missingOr(value),
        suggest(String(value), issue.values.map(String), JSON.stringify),
        value,
      );
      return;
    case "custom": {
      const fix: unknown = issue.params?.fix;
      if (typeof fix === "string") {
        problems.add(path, issue.message, fix, value);
        return;
      }
    }
  }
  problems.add(path, missingOr(value), issue.message, value);
}

function missingOr(value: unknown): string {
  return value === undefined ? "is missing" : `${show(value)} does not fit`;
}

function suggest(typed: string, known: readonly string[], quote: (name: string) => string): string {
  const nearest = nearestName(typed, known);
  if (nearest !== undefined) return `did you mean ${quote(nearest)}?`;
  return known.length === 0 ? "leave it away" : `write one of: ${known.map(quote).join(", ")}`;
}

function valueAt(value: unknown, path: Path): unknown {
  let current = value;
  for (const step of path) {
    if (Array.isArray(current)) current = current[Number(step)];
    else if (isRecord(current)) current = current[String(step)];
    else return undefined;
  }
  return current;
}

/** Fields the schema knows at `path`, of the branch that fits `root` where there are several. */
function knownKeys(schema: z.ZodType, root: unknown, path: Path): string[] {
  let current: z.ZodType[] = [schema];
  let value = root;
  for (const step of path) {
    current = branches(current, value).flatMap((s) => child(s, step));
    value = valueAt(value, [step]);
  }
  return [...new Set(branches(current, value).flatMap((s) => Object.keys((def(s).shape as object) ?? {})))];
}

function knownValues(schema: z.ZodType, discriminator: string): string[] {
  return branches([schema], undefined).flatMap((s) => {
    const literal = (def(s).shape as Record<string, z.ZodType> | undefined)?.[discriminator];
    return literal === undefined ? [] : ((def(literal).values as string[] | undefined) ?? []);
  });
}

/** The object, record and array schemas behind wrappers and unions. */
function branches(schemas: readonly z.ZodType[], value: unknown): z.ZodType[] {
  return schemas.flatMap((schema) => {
    const d = def(schema);
    if (d.type === "union") {
      const options = d.options as z.ZodType[];
      const key = d.discriminator as string | undefined;
      const fitting = options.filter((option) => {
        const literal = key === undefined ? undefined : (def(option).shape as Record<string, z.ZodType>)[key];
        return literal?.safeParse(isRecord(value) && key !== undefined ? value[key] : undefined).success;
      });
      return branches(fitting.length > 0 ? fitting : options, value);
    }
    const inner = (d.innerType ?? (d.type === "pipe" ? d.in : undefined)) as z.ZodType | undefined;
    return inner === undefined ? [schema] : branches([inner], value);
  });
}

function child(schema: z.ZodType, step: PropertyKey): z.ZodType[] {
  const d = def(schema);
  if (d.type === "array") return [d.element as z.ZodType];
  if (d.type === "record") return [d.valueType as z.ZodType];
  const found = (d.shape as Record<string, z.ZodType> | undefined)?.[String(step)];
  return found === undefined ? [] : [found];
}

function def(schema: z.ZodType): Def {
  return schema.def as unknown as Def;
}
