using System.Globalization;
using System.Net;
using System.Text;

namespace Mesh.Load.Reports;

/// <summary>A run as one HTML file without anything beside it.</summary>
internal static class HtmlReport
{
    private const string Style = """
        body{font:14px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:1200px;padding:0 1rem;color:#111;background:#fff}
        h1{font-size:1.4rem;margin-bottom:0}h2{font-size:1.1rem;margin-top:2rem}table{border-collapse:collapse;margin:.6rem 0}
        td,th{padding:.2rem .7rem;border-bottom:1px solid #ddd;text-align:left}td.n{text-align:right;font-variant-numeric:tabular-nums}
        .ok{color:#047857}.no{color:#b91c1c}.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(460px,1fr));gap:1rem}
        svg{width:100%;background:#fafafa;border:1px solid #eee}svg text{font:11px system-ui,sans-serif;fill:#444}svg .t{font-weight:600}svg .g{stroke:#e5e5e5}
        @media(prefers-color-scheme:dark){body{background:#111;color:#ddd}svg{background:#181818;border-color:#333}svg text{fill:#bbb}svg .g{stroke:#333}td,th{border-color:#333}}
        """;

    /// <summary>Writes a report.</summary>
    public static string Write(RunReport report)
    {
        var scenario = report.Scenario;
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"""<!doctype html><html lang="en"><meta charset="utf-8"><title>{Text(scenario.Name)}</title><style>{Style}</style>""");
        html.Append(CultureInfo.InvariantCulture, $"<h1>{Text(scenario.Name)}: {Text(scenario.Title)}</h1>");
        html.Append(CultureInfo.InvariantCulture, $"<p>{report.Began:yyyy-MM-dd HH:mm} UTC · {report.Processors} processors, load average {report.LoadAverage:0.0} · ");
        html.Append(CultureInfo.InvariantCulture, $"{scenario.Fleet.Proxies} proxies, {scenario.Fleet.StreamsPerConnection} stream(s) per connection, ");
        html.Append(CultureInfo.InvariantCulture, $"{(scenario.Fleet.Tls ? "TLS" : "plain")}, {Text(scenario.Fleet.Protocol)}, {scenario.Resources.Services} services</p>");
        if (report.Floor is { } floor)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p>Kernel floor of this run: {floor.MeanMilliseconds:0.0} ms mean, {floor.BestMilliseconds:0.0} ms best, {floor.CpuMicroseconds:0.0} us per send.</p>");
        }

        WriteVerdicts(html, report);
        WriteMetrics(html, report);
        WritePlots(html, report);
        foreach (var server in report.Servers)
        {
            WriteConduct(html, server, report.FaultsOf(server));
        }

        return html.ToString();
    }

    private static void WriteVerdicts(StringBuilder html, RunReport report)
    {
        if (report.Verdicts.Count == 0)
        {
            return;
        }

        html.Append(CultureInfo.InvariantCulture, $"<h2>Targets of {Text(report.Servers[0].Name)}</h2><table><tr><th>metric<th>value<th>at least<th>aim<th></tr>");
        foreach (var verdict in report.Verdicts)
        {
            var name = verdict.Of.Length > 0 ? $"{verdict.Metric} / {verdict.Of}" : verdict.Metric;
            html.Append(CultureInfo.InvariantCulture, $"""<tr><td>{Text(name)}<td class="n">{Number(verdict.Value)}<td class="n">{Number(verdict.AtLeast)}""");
            html.Append(CultureInfo.InvariantCulture, $"""<td class="n">{Number(verdict.Aim)}<td class="{(verdict.IsMet ? "ok" : "no")}">{verdict.Word}</tr>""");
        }

        html.Append("</table>");
    }

    private static void WriteMetrics(StringBuilder html, RunReport report)
    {
        foreach (var step in report.Servers[0].Steps)
        {
            html.Append(CultureInfo.InvariantCulture, $"<h2>{Text(step.Name)}</h2><p>{Text(step.Does)}</p><table><tr><th>metric");
            foreach (var server in report.Servers)
            {
                html.Append("<th>").Append(Text(server.Name));
            }

            foreach (var metric in report.Servers.SelectMany(s => s.Steps).Where(s => s.Name == step.Name).SelectMany(s => s.Metrics.Keys).Distinct().Order(StringComparer.Ordinal))
            {
                html.Append("<tr><td>").Append(Text(metric));
                foreach (var server in report.Servers)
                {
                    html.Append("<td class=\"n\">").Append(Number(server.Find($"{step.Name}.{metric}")));
                }
            }

            html.Append("</table>");
        }
    }

    private static void WritePlots(StringBuilder html, RunReport report)
    {
        html.Append("<h2>Plots</h2><div class=\"plots\">");
        foreach (var step in report.Servers[0].Steps)
        {
            foreach (var distribution in step.Distributions.Keys)
            {
                html.Append(Distribution(report, step.Name, distribution));
            }

            var rounds = new SvgPlot($"{step.Name}: last proxy, by round", "ms");
            foreach (var server in report.Servers)
            {
                rounds.Add(server.Name, server.Steps.Where(s => s.Name == step.Name).SelectMany(s => s.Rounds.Select((ms, i) => ((double)i + 1, ms))));
            }

            html.Append(rounds);
        }

        html.Append(Timeline(report, "processor", "% of one", point => point.CpuPercent));
        html.Append(Timeline(report, "memory", "MB resident", point => point.ResidentMegabytes));
        html.Append(Timeline(report, "responses", "per second", point => point.ResponsesPerSecond));
        html.Append("</div>");
    }

    private static SvgPlot Distribution(RunReport report, string step, string name)
    {
        // The horizontal axis stretches the tail: 90 %, 99 % and 99.9 % are equally far apart.
        static double Place(double percentile) => -Math.Log10(1 - (Math.Min(percentile, 99.995) / 100));
        var plot = new SvgPlot($"{step}: {name}", "ms by percentile")
        {
            Ticks = [.. new[] { 0, 50, 90, 99, 99.9, 99.99 }.Select(p => (Place(p), p.ToString("G4", CultureInfo.InvariantCulture)))],
        };
        foreach (var server in report.Servers)
        {
            var points = server.Steps.FirstOrDefault(s => s.Name == step)?.Distributions.TryGetValue(name, out var found) == true ? found : [];
            plot.Add(server.Name, points.Select(p => (Place(p.Percentile), p.Milliseconds)));
        }

        return plot;
    }

    private static SvgPlot Timeline(RunReport report, string title, string unit, Func<TimelinePoint, double> value)
    {
        var plot = new SvgPlot(title, unit);
        foreach (var server in report.Servers)
        {
            plot.Add(server.Name, server.Timeline.Select(p => (p.Seconds, value(p))));
        }

        return plot;
    }

    private static void WriteConduct(StringBuilder html, ServerReport server, IReadOnlyList<Fault> faults)
    {
        html.Append(CultureInfo.InvariantCulture, $"<h2>Conduct of {Text(server.Name)}</h2><table>");
        foreach (var (kind, count) in server.Violations)
        {
            html.Append(CultureInfo.InvariantCulture, $"""<tr><td>{Text(kind)}<td class="n {(count == 0 ? "ok" : "no")}">{count}</tr>""");
        }

        foreach (var fault in faults)
        {
            html.Append(CultureInfo.InvariantCulture, $"""<tr><td>{Text(fault.Metric)}<td class="n no">{Number(fault.Value)}</tr>""");
        }

        html.Append("</table>");
        if (server.Failure is not null)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"no\">Not measured: {Text(server.Failure)}</p>");
        }

        if (server.LastLoss is not null)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"no\">Last lost stream: {Text(server.LastLoss)}</p>");
        }

        if (server.LastEnd is not null)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p>Last stream that was ended and came again: {Text(server.LastEnd)}</p>");
        }

        if (server.Examples.Count > 0)
        {
            html.Append("<ul>");
            foreach (var example in server.Examples)
            {
                html.Append("<li>").Append(Text(example));
            }

            html.Append("</ul>");
        }
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Number(double? value) => value is { } number ? number.ToString("0.####", CultureInfo.InvariantCulture) : "–";
}
