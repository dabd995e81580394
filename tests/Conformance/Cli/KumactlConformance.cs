using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Mesh.Cli;
using Mesh.Conformance.Rest;
using Mesh.Testing;

namespace Mesh.Conformance.Cli;

/// <summary>Runs the recorded commands of kumactl with our command line: exit code, tables and documents must agree.</summary>
[Collection(nameof(KumactlConformance))]
public sealed partial class KumactlConformance
{
    private const double LeastAgreeing = 0.80;
    private static readonly HashSet<string> _verbs = new(StringComparer.Ordinal) { "apply", "get", "delete" };

    [Fact]
    public async Task Commands_InOrder_PrintWhatKumactlPrints()
    {
        Assert.SkipUnless(SharedFolder.Conformance is not null, SharedFolder.SkipReason);
        var path = Path.Combine(SharedFolder.Conformance!, "recorded", "kumactl-cli.jsonl");
        var report = new ConformanceReport("kumactl-cli");
        await using var controlPlane = await TestControlPlane.StartAsync(new Dictionary<string, string>());
        foreach (var line in File.ReadLines(path).Where(l => l.Length > 0))
        {
            var command = JsonNode.Parse(line)!;
            var args = command["args"]!.AsArray().Select(a => a!.GetValue<string>()).ToArray();
            if (_verbs.Contains(args[0]))
            {
                await JudgeAsync(controlPlane.Addresses.Http!, args, command, report);
            }
        }

        report.Print();
        Assert.True(report.Rate >= LeastAgreeing, report.ToString());
    }

    private static async Task JudgeAsync(Uri address, string[] args, JsonNode command, ConformanceReport report)
    {
        var name = string.Join(' ', args) + " #" + report.Total;
        var input = Console.In;
        Console.SetIn(new StringReader(command["stdin"]?.GetValue<string>() ?? ""));
        var output = new StringWriter();
        var error = new StringWriter();
        int code;
        try
        {
            code = await MeshCommandLine.RunAsync([.. args, "--address", address.ToString()], output, error, TestContext.Current.CancellationToken);
        }
        finally
        {
            Console.SetIn(input);
        }

        var expectedCode = command["exit"]!.GetValue<int>();
        if (code != expectedCode)
        {
            report.Fail(name, $"expected exit code {expectedCode}, got {code}: {error}");
        }
        else if (code == 0 && Difference(args, command["stdout"]!.GetValue<string>(), output.ToString()) is { } difference)
        {
            report.Fail(name, difference);
        }
        else
        {
            report.Pass(name);
        }
    }

    private static string? Difference(string[] args, string expected, string actual)
    {
        if (args.Contains("json"))
        {
            return RestComparison.Difference(JsonNode.Parse(expected), JsonNode.Parse(actual));
        }

        var (left, right) = (Mask(expected), Mask(actual));
        return left == right ? null : $"expected\n{left}\ngot\n{right}";
    }

    /// <summary>Ages, times and what controllers write later differ from run to run; so do the widths that they lead to.</summary>
    private static string Mask(string text)
    {
        var masked = Pem().Replace(Data().Replace(Status().Replace(Time().Replace(text.Trim(), "TIME"), ""), "data: SECRET"), "PEM");
        return Blanks().Replace(Age().Replace(masked, " AGE"), " ");
    }

    [GeneratedRegex(@"""?\d{4}-\d\d-\d\dT[\d:.]+Z""?", RegexOptions.CultureInvariant)]
    private static partial Regex Time();

    [GeneratedRegex(@"(?m) \d+[smhd]$", RegexOptions.CultureInvariant)]
    private static partial Regex Age();

    /// <summary>A status, and the state and identities of services, with everything below them.</summary>
    [GeneratedRegex(@"(?m)^( *)(status|state|identities):.*\n?(\1( +|- ).*\n?)*", RegexOptions.CultureInvariant)]
    private static partial Regex Status();

    [GeneratedRegex(@"(?s)-----BEGIN.*?-----END [A-Z ]+-----", RegexOptions.CultureInvariant)]
    private static partial Regex Pem();

    [GeneratedRegex(@"data: \S+", RegexOptions.CultureInvariant)]
    private static partial Regex Data();

    [GeneratedRegex(@"(?<=\S) {2,}", RegexOptions.CultureInvariant)]
    private static partial Regex Blanks();
}
