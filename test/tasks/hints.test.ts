/** Every command that any message names exists, with every option it names, as Hardhat itself knows them. */
import { globSync, readFileSync } from "node:fs";
import { expect } from "chai";
import hre from "hardhat";
import ts from "typescript";
import { kebab } from "../../tasks/commandLine.ts";
import { findKnownTask } from "../../tasks/knownTasks.ts";

const find = findKnownTask(hre);
const sources = globSync(["src/**/*.ts", "tasks/**/*.ts"]);

interface Text {
  where: string;
  text: string;
}

/** The string and template literals of the sources; what is filled in is an x. */
function literals(path: string): Text[] {
  const file = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
  const found: Text[] = [];
  const visit = (node: ts.Node): void => {
    const where = `${path}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node))
      found.push({ where, text: node.text });
    else if (ts.isTemplateExpression(node)) {
      const spans = node.templateSpans.map((span) => `x${span.literal.text}`);
      found.push({ where, text: node.head.text + spans.join("") });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

const texts = sources.flatMap(literals);
const commands = texts.flatMap(({ where, text }) =>
  [...text.matchAll(/npx hardhat ([^`\n]*)/g)].map(([, command = ""]) => ({
    where,
    command: command.trim(),
  })),
);
const globals = new Set(["network", "show-stack-traces", "config"]);

/** Why a command could not be typed as it is; undefined where it can. */
function fault(command: string): string | undefined {
  const words = command.match(/'[^']*'|\S+/g) ?? [];
  const task = find(words);
  // the verb itself is filled in: whoever fills it in has it typed
  if (/^x/.test(words[1] ?? "") && hre.tasks.rootTasks.get(words[0] ?? "")?.isEmpty) return undefined;
  if (task === undefined) return "there is no such task";
  const options = new Map(task.options.map(({ name, flag }) => [kebab(name), flag]));
  const rest = words.slice(task.id.length);
  let positional = 0;
  for (let i = 0; i < rest.length; i += 1) {
    const word = rest[i] as string;
    if (!word.startsWith("--")) positional += 1;
    else if (!options.has(word.slice(2)) && !globals.has(word.slice(2))) return `it has no option ${word}`;
    else if (options.get(word.slice(2)) !== true) i += 1;
    if (/[<>]|…$/.test(word)) return `${word} cannot be typed`;
  }
  return positional > task.positional.length ? "it has words that are no argument" : undefined;
}

describe("commands in messages", () => {
  it("behavior: there are many, and a wrong one would be seen", () => {
    expect(commands.length).to.be.greaterThan(50);
    expect(fault("timelock lst")).not.to.equal(undefined);
    expect(fault("timelock list --everything")).to.equal("it has no option --everything");
    expect(fault("roles plan shows it")).to.equal("it has words that are no argument");
    expect(fault("timelock show <id>")).to.equal("<id> cannot be typed");
    expect(fault("timelock show 'Vault V2' --network localhost")).to.equal(undefined);
  });

  it("behavior: each can be typed as it is: task, options and arguments exist", () => {
    const faults = commands.flatMap(({ where, command }) => {
      const found = fault(command);
      return found === undefined ? [] : [`${where}: npx hardhat ${command}: ${found}`];
    });
    expect(faults).to.deep.equal([]);
  });

  it("behavior: each option that a message says to add is an option of a task", () => {
    const known = new Set(globals);
    const collect = (tasks: typeof hre.tasks.rootTasks): void => {
      for (const task of tasks.values()) {
        for (const name of task.options.keys()) known.add(kebab(name));
        collect(task.subtasks);
      }
    };
    collect(hre.tasks.rootTasks);
    const unknown = texts.flatMap(({ where, text }) =>
      [...text.matchAll(/(?<![\w-])--([a-z][a-z-]+)/g)]
        .filter(([, name = ""]) => !known.has(name) && !/npm |npx tsc|^--/.test(text))
        .map(([option]) => `${where}: ${option}`),
    );
    expect(unknown).to.deep.equal([]);
  });
});
