/** Read the admin state of contracts from a chain. */
export { type ReadSnapshotParameters, readSnapshot } from "./readSnapshot.ts";
export type * from "./types.ts";
