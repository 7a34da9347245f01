import { orderTask } from "./orderTask.ts";

export default orderTask("revoke");
