using System.Globalization;
using System.Text;

namespace Mesh.Load.Reports;

/// <summary>Several runs as one Markdown table: our figures, the peer's, the floor and the targets.</summary>
internal static class SummaryTable
{
    /// <summary>Writes the table.</summary>
    public static string Write(IEnumerable<RunReport> reports)
    {
        var text = new StringBuilder("| row | metric | ours | other | floor ms | multiple | at least | aim | |\n|---|---|---|---|---|---|---|---|---|\n");
        foreach (var report in reports)
        {
            foreach (var verdict in report.Verdicts)
            {
                var ours = report.Servers[0].Find(verdict.Metric);
                var other = report.Servers.Skip(1).Select(server => server.Find(verdict.Metric)).FirstOrDefault(value => value is not null);
                var word = verdict.IsMet ? verdict.Word : $"**{verdict.Word}**";
                text.Append(CultureInfo.InvariantCulture, $"| {report.Scenario.Name} | {verdict.Metric} | {Number(ours)} | {Number(other)} | {Number(report.Floor?.MeanMilliseconds)} ");
                text.Append(CultureInfo.InvariantCulture, $"| {(verdict.Of.Length > 0 ? $"{Number(verdict.Value)} x {verdict.Of}" : "")} | {Number(verdict.AtLeast)} | {Number(verdict.Aim)} | {word} |\n");
            }

            foreach (var server in report.Servers)
            {
                if (server.Failure is { } failure)
                {
                    text.Append(CultureInfo.InvariantCulture, $"| {report.Scenario.Name} | {server.Name} | not measured: {failure} | | | | | | |\n");
                    continue;
                }

                foreach (var fault in report.FaultsOf(server))
                {
                    text.Append(CultureInfo.InvariantCulture, $"| {report.Scenario.Name} | {fault.Metric} of {server.Name} | {Number(fault.Value)} | | | | 0 | | **missed** |\n");
                }

                var wrong = string.Join(", ", server.Violations.Where(v => v.Value > 0).Select(v => $"{v.Key} {v.Value}"));
                text.Append(CultureInfo.InvariantCulture, $"| {report.Scenario.Name} | conduct of {server.Name} | {(wrong.Length == 0 ? "nothing wrong" : wrong)} | | | | | | {(wrong.Length > 0 && report.Scenario.Judges(server.Name) ? "**missed**" : "")} |\n");
            }
        }

        return text.ToString();
    }

    private static string Number(double? value) => value is { } number ? number.ToString("0.###", CultureInfo.InvariantCulture) : "";
}
