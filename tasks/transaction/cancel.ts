import { replaceTask } from "./replaceTask.ts";

export default replaceTask("cancel");
