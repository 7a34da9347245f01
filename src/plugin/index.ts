/** The Hardhat 3 plugin: tasks, and the network hook that signs with the bound keys. Everything heavy loads lazily. */
import type { HardhatPlugin } from "hardhat/types/plugins";
import { tasks } from "../../tasks/index.ts";
import "./typeExtensions.ts";

const plugin: HardhatPlugin = {
  id: "portcullis",
  npmPackage: "portcullis",
  hookHandlers: {
    config: () => import("./hooks/config.ts"),
    network: () => import("./hooks/network.ts"),
  },
  tasks,
};

export default plugin;
