import { pauseTask } from "./pauseTask.ts";

export default pauseTask("unpause");
