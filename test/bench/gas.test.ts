import { expect } from "chai";
import hre from "hardhat";
import { measureGas } from "../../scripts/bench/gas/measure.ts";
import { ceilings, type GasReport, type RowName } from "../../scripts/bench/gas/rows.ts";
import { readGasSnapshot } from "../../scripts/bench/gas/snapshot.ts";

const rows = Object.keys(ceilings) as RowName[];

describe("gas", () => {
  let report: GasReport;
  const snapshot = readGasSnapshot();

  before(async function () {
    // The peers are compiled the first time.
    this.timeout(180_000);
    report = await measureGas(hre);
  });

  it("behavior: the snapshot has every row and no other", () => {
    expect(Object.keys(snapshot).sort()).to.deep.equal([...rows].sort());
  });

  for (const name of rows) {
    it(`behavior: ${name} is below its ceiling of ${ceilings[name]}`, () => {
      expect(report.ours[name] <= ceilings[name], `${report.ours[name]} gas`).to.equal(true);
    });

    // A difference is either a regression or progress to commit: npm run bench -- gas --update
    it(`behavior: ${name} is what the snapshot says`, () => {
      expect(Number(report.ours[name])).to.equal(snapshot[name]);
    });
  }

  it("behavior: the peers are measured in the same run", () => {
    expect(report.peers["OZ AccessManager"]?.grant).to.be.a("bigint");
    expect(report.peers["OZ TimelockController"]?.["timelock-execute-5"]).to.be.a("bigint");
    expect(report.peers["Solady Timelock"]?.["timelock-schedule-1"]).to.be.a("bigint");
  });
});
