/**
 * Commands as a person types them. A hint names a command in backticks or up to the end of its line; or says
 * `add --option value`, or "the same command", and means the one that was typed. Here they become complete: with the
 * network, the policy, and all that was typed, quoted.
 */

/** What is known of a task: the part of Hardhat's own description that completing a command needs. */
export interface KnownTask {
  id: readonly string[];
  /** In order. */
  positional: readonly string[];
  /** Names as in code: `safeNonce`. */
  options: readonly { name: string; flag: boolean }[];
  /** Whether it is one of ours, and speaks to a network. */
  ours: boolean;
}

/** What was typed. */
export interface Typed {
  task: KnownTask;
  args: Readonly<Record<string, unknown>>;
  network?: string;
}

/** The task whose name the words begin with, the longest. */
export type FindTask = (words: readonly string[]) => KnownTask | undefined;

const COMMAND = /npx hardhat [^`\n]*/g;
const ADDITION = /\badd --([a-z][a-z-]*)(?: ('[^']*'|[\w.:/-]*\w))?/;

/** @param details of the error: `written` and `nearest` correct what was typed */
export function completeHint(
  hint: string,
  details: Readonly<Record<string, unknown>>,
  typed: Typed,
  find: FindTask,
): string {
  if (hint.search(COMMAND) >= 0) return completeCommands(hint, typed, find);
  const again = correct(hint, details, typed);
  return again === undefined ? hint : `${hint}${hint.endsWith("?") ? "" : ":"} \`${writeCommand(again)}\``;
}

/** Adds the network and the policy that were typed to every command of the text. */
export function completeCommands(text: string, { args, network }: Typed, find: FindTask): string {
  return text.replace(COMMAND, (command) => {
    const task = find(command.split(" ").slice(2));
    if (!task?.ours) return command;
    const bare = command.trimEnd();
    const added = [
      ...(network === undefined || / --network\b/.test(bare) ? [] : ["--network", quote(network)]),
      ...(typeof args.policy === "string" &&
      args.policy !== "" &&
      takesPolicy(task) &&
      !/ --policy\b/.test(bare)
        ? ["--policy", quote(args.policy)]
        : []),
    ];
    return [bare, ...added].join(" ") + command.slice(bare.length);
  });
}

/** The command that was typed, as it would be typed again. */
export function writeCommand({ task, args, network }: Typed): string {
  const given = (name: string) => (args[name] === "" || args[name] === undefined ? [] : [args[name]].flat());
  return [
    "npx hardhat",
    ...task.id,
    ...task.positional.flatMap((name) => given(name).map((value) => quote(String(value)))),
    ...task.options.flatMap(({ name, flag }) =>
      given(name).flatMap((value) =>
        flag ? (value === true ? [`--${kebab(name)}`] : []) : [`--${kebab(name)}`, quote(String(value))],
      ),
    ),
    ...(network === undefined ? [] : ["--network", quote(network)]),
  ].join(" ");
}

function correct(hint: string, details: Readonly<Record<string, unknown>>, typed: Typed): Typed | undefined {
  const { written, nearest } = details;
  if (typeof written === "string" && typeof nearest === "string") return replaceWord(typed, written, nearest);
  const [, option, value] = ADDITION.exec(hint) ?? [];
  if (option !== undefined) return addOption(typed, option, value?.replace(/^'(.*)'$/, "$1"));
  return /\bthe same command\b/.test(hint) ? typed : undefined;
}

/** In the first argument that has the word; undefined where none has. */
function replaceWord(typed: Typed, written: string, nearest: string): Typed | undefined {
  const word = new RegExp(`(?<![\\w])${written.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\w])`);
  const found = Object.entries(typed.args).find(([, v]) => typeof v === "string" && word.test(v));
  if (found === undefined) return undefined;
  return { ...typed, args: { ...typed.args, [found[0]]: String(found[1]).replace(word, () => nearest) } };
}

function addOption(typed: Typed, option: string, value: string | undefined): Typed | undefined {
  if (option === "network") return value === undefined ? undefined : { ...typed, network: value };
  const known = typed.task.options.find(({ name }) => kebab(name) === option);
  if (known === undefined || (!known.flag && value === undefined)) return undefined;
  return { ...typed, args: { ...typed.args, [known.name]: known.flag ? true : value } };
}

const takesPolicy = (task: KnownTask): boolean => task.options.some(({ name }) => name === "policy");

/** `safeNonce` → `safe-nonce`, as Hardhat does. */
export function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** For a POSIX shell. */
export function quote(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
