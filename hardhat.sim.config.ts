import { defineConfig } from "hardhat/config";
import base from "./hardhat.config.ts";
export default defineConfig({ ...(base as object), networks: { localhost: { type: "http", url: "http://127.0.0.1:8673" } } } as never);
