/** Several calls in one text, separated by semicolons: `vault.pause(); vault.setLimit(0)`. */
import type { AddressBook } from "../../chain/addressBook.ts";
import type { Call } from "../types.ts";
import { parseCall } from "./parseCall.ts";

/** @throws PortcullisError what `parseCall` throws */
export function parseCalls(text: string, book: AddressBook): Call[] {
  return splitCalls(text).map((part) => parseCall(part, book));
}

/** Semicolons inside quotes belong to the text. */
function splitCalls(text: string): string[] {
  const parts: string[] = [""];
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const letter = text.charAt(at);
    if (quote === "" && letter === ";") {
      parts.push("");
      continue;
    }
    parts[parts.length - 1] += letter;
    if (quote !== "" && letter === "\\") parts[parts.length - 1] += text.charAt(++at);
    else if (letter === quote) quote = "";
    else if (quote === "" && (letter === '"' || letter === "'")) quote = letter;
  }
  const written = parts.map((part) => part.trim());
  return written.at(-1) === "" && written.length > 1 ? written.slice(0, -1) : written;
}
