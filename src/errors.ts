/** What every refusal of Portcullis is: a message that names field and value, and the next command to type. */
export class PortcullisError extends Error {
  override readonly name: string = "PortcullisError";
  /** Stable, upper snake case: what scripts match on. */
  readonly code: string;
  /** Machine-readable particulars; never a secret. */
  readonly details: Readonly<Record<string, unknown>>;
  /** The next command to type, or what to write instead. */
  readonly hint: string;

  constructor(
    code: string,
    message: string,
    options: { hint: string; details?: Record<string, unknown>; cause?: unknown },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
    this.hint = options.hint;
  }

  /** What `--json` prints when a task fails. */
  toJSON(): { code: string; message: string; details: Readonly<Record<string, unknown>>; hint: string } {
    return { code: this.code, message: this.message, details: this.details, hint: this.hint };
  }
}
