using System.Text.RegularExpressions;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Model.Text;
using Mesh.Server.Hosting;
using Mesh.Testing;

namespace Mesh.Conformance.Rest;

/// <summary>The shared REST cases: resources that are there, requests, and what must come back.</summary>
public sealed partial class RestConformance
{
    private const double LeastAgreeing = 0.85;
    private const string InputSuffix = ".input.yaml";

    [Fact]
    public async Task Requests_AgainstGivenResources_AnswerAsTheCasesSay()
    {
        Assert.SkipUnless(SharedFolder.Conformance is not null, SharedFolder.SkipReason);
        var root = Path.Combine(SharedFolder.Conformance!, "kuma", "rest");
        var report = new ConformanceReport("rest");
        foreach (var file in Directory.EnumerateFiles(root, "*" + InputSuffix, SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            await RunAsync(KumaRestCase.Read(file, root), report);
        }

        report.Print();
        Assert.True(report.Rate >= LeastAgreeing, report.ToString());
    }

    private static async Task RunAsync(KumaRestCase testCase, ConformanceReport report)
    {
        // Cases that differ between Global and a zone stand in folders of these names.
        var isGlobal = Path.GetFileName(Path.GetDirectoryName(testCase.InputFile)) == "global";
        await using var controlPlane = await TestControlPlane.StartAsync(TestControlPlane.Empty(isGlobal ? "global" : "zone"));
        await GiveAsync(controlPlane, await File.ReadAllTextAsync(testCase.InputFile));
        using var client = TestControlPlane.Connect(controlPlane);
        foreach (var request in testCase.Requests)
        {
            var (status, answer) = await TestControlPlane.SendAsync(client, request.ToMessage());
            var golden = request.GoldenFile is null ? null : RestAnswer.Parse(await File.ReadAllTextAsync(request.GoldenFile));
            if (status != request.Status)
            {
                report.Fail(request.Name, $"expected {request.Status}, got {status}: {answer?.ToJsonString()}");
            }
            else if (golden is not null && RestComparison.Difference(golden, answer, RestComparison.OnlyTimes) is { } difference)
            {
                report.Fail(request.Name, difference);
            }
            else
            {
                report.Pass(request.Name);
            }
        }
    }

    /// <summary>Some cases give a key twice in a row; the last counts.</summary>
    [GeneratedRegex(@"^( *[^\s:]+:)(?=\s)[^\n]*\n(\1)(?=\s)", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex DuplicateKey();

    /// <summary>Stores what a case gives as it is: without the labels that a write over REST would add.</summary>
    private static async Task GiveAsync(ControlPlane controlPlane, string yaml)
    {
        var given = ResourceYaml.ParseAll(DuplicateKey().Replace(yaml, "$2"), controlPlane.Catalog, keepStatus: true).Select(p => p.Resource).OfType<Resource>();
        foreach (var resource in given.OrderBy(r => r.Kind == "Mesh" ? 0 : 1))
        {
            try
            {
                await controlPlane.Store.CreateAsync(resource);
            }
            catch (ResourceOwnerMissingException)
            {
                // A resource of a mesh that is not there: some cases are about just that.
            }
        }
    }
}
