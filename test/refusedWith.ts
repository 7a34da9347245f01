/** Runs what must be refused and hands back the refusal. */
import { expect } from "chai";
import { PortcullisError } from "../src/errors.ts";

export function refusedWith(run: () => unknown, code: string): PortcullisError {
  try {
    run();
  } catch (error) {
    return check(error, code);
  }
  return expect.fail(`expected ${code}, nothing was refused`);
}

export async function refusesWith(run: Promise<unknown>, code: string): Promise<PortcullisError> {
  try {
    await run;
  } catch (error) {
    return check(error, code);
  }
  return expect.fail(`expected ${code}, nothing was refused`);
}

function check(error: unknown, code: string): PortcullisError {
  if (!(error instanceof PortcullisError)) throw error;
  expect(error.code).to.equal(code);
  return error;
}
