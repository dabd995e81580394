using Mesh.Load.Measuring;
using Mesh.Load.Reports;
using Mesh.Load.Scenarios;

namespace Mesh.Load.Tests.Reports;

public sealed class VerdictTests
{
    private static readonly KernelFloor _floor = new(20, 25, 6);

    [Theory]
    [InlineData("", 50, 40.0)]
    [InlineData("peer", 0.6, 0.5)]
    [InlineData("floor", 1.7, 1.6)]
    [InlineData("before", 2, 2.0)]
    public void Target_OfAnything_IsAMultipleOfIt(string of, double atLeast, double value)
    {
        var verdict = Assert.Single(Judge(new TargetSpec { Metric = "change.last", AtLeast = atLeast, Of = of }));
        Assert.Equal(value, verdict.Value);
        Assert.True(verdict.IsMet);
    }

    [Fact]
    public void Target_Missed_IsNotMet() =>
        Assert.False(Assert.Single(Judge(new TargetSpec { Metric = "change.last", AtLeast = 39.9 })).IsMet);

    [Fact]
    public void Target_BetweenLeastAndAim_MeetsTheLeastOnly()
    {
        var verdict = Assert.Single(Judge(new TargetSpec { Metric = "change.last", AtLeast = 45, Aim = 10 }));
        Assert.Equal((true, false), (verdict.IsMet, verdict.IsAimMet));
    }

    [Fact]
    public void Target_NotMeasured_IsNotMet()
    {
        var verdict = Assert.Single(Judge(new TargetSpec { Metric = "change.other", AtLeast = 1 }));
        Assert.Equal((false, "not measured"), (verdict.IsMet, verdict.Word));
    }

    [Theory]
    [InlineData("change.last", 40, true)]
    [InlineData("change.last", 39.9, false)]
    [InlineData("change.other", 1, false)]
    public void Run_OfATarget_IsGoodWhenTheLeastIsMet(string metric, double atLeast, bool isGood) =>
        Assert.Equal(isGood, Report([new TargetSpec { Metric = metric, AtLeast = atLeast, Aim = 1 }]).IsGood);

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void Run_WithAServerThatBreaksTheProtocol_IsGoodWhenItIsThePeer(int server, bool isGood)
    {
        var report = Report([]);
        var servers = report.Servers.ToArray();
        servers[server] = servers[server] with { Violations = new Dictionary<string, long> { ["ResentUnchanged"] = 1 } };
        report = report with { Servers = servers };
        Assert.Equal(isGood, report.IsGood);
        Assert.Equal(!isGood, SummaryTable.Write([report]).Contains("ResentUnchanged 1 | | | | | | **missed** |", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void Run_WithAServerThatFailed_IsGoodWhenItIsThePeer(int server, bool isGood)
    {
        var report = Report([]);
        var servers = report.Servers.ToArray();
        servers[server] = ServerReport.Of(servers[server].Name, failure: "it ended");
        Assert.Equal(isGood, (report with { Servers = servers }).IsGood);
    }

    [Fact]
    public async Task Report_WrittenAndRead_IsTheSame()
    {
        var folder = Directory.CreateTempSubdirectory("mesh-load-test-");
        try
        {
            var report = Report([new TargetSpec { Metric = "change.last", AtLeast = 50, Of = "" }]);
            await report.WriteAsync(folder.FullName, TestContext.Current.CancellationToken);
            var read = RunReport.Read(Path.Combine(folder.FullName, "x.json"));
            Assert.Equal(report.Verdicts, read.Verdicts);
            Assert.Equal(40, read.Servers[0].Find("change.last"));
            var html = await File.ReadAllTextAsync(Path.Combine(folder.FullName, "x.html"), TestContext.Current.CancellationToken);
            Assert.Contains("<svg", html, StringComparison.Ordinal);
            Assert.DoesNotContain("http://", html, StringComparison.Ordinal);
            Assert.DoesNotContain("https://", html, StringComparison.Ordinal);
            Assert.Contains("| x | change.last | 40 | 80 |", SummaryTable.Write([read]), StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Report_OfAServerThatFailed_SaysWhyAndHasWhatTheOtherDid()
    {
        var folder = Directory.CreateTempSubdirectory("mesh-load-test-");
        try
        {
            var whole = Report([new TargetSpec { Metric = "change.last", AtLeast = 50, Of = "" }]);
            var report = whole with { Servers = [whole.Servers[0], ServerReport.Of("peer", failure: "400 <Bad Request>")] };
            await report.WriteAsync(folder.FullName, TestContext.Current.CancellationToken);
            var read = RunReport.Read(Path.Combine(folder.FullName, "x.json"));
            Assert.Contains("| x | change.last | 40 |", SummaryTable.Write([read]), StringComparison.Ordinal);
            Assert.Contains("| x | peer | not measured: 400 <Bad Request> |", SummaryTable.Write([read]), StringComparison.Ordinal);
            var html = await File.ReadAllTextAsync(Path.Combine(folder.FullName, "x.html"), TestContext.Current.CancellationToken);
            Assert.Contains("Not measured: 400 &lt;Bad Request&gt;", html, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Floor_OfTheProgramsOutput_IsItsLastLine()
    {
        const string Output =
            """
            N=500 sz=309 drain=1 threads=1 best_wall_ms=4.10 mean_wall_ms=5.00 best_cpu_us_per_send=7.100
            N=500 sz=309 drain=1 threads=2 best_wall_ms=2.50 mean_wall_ms=3.25 best_cpu_us_per_send=6.300
            """;
        Assert.Equal(new KernelFloor(2.5, 3.25, 6.3), KernelFloor.Parse(Output));
        Assert.Null(KernelFloor.Parse("perror"));
    }

    private static IReadOnlyList<Verdict> Judge(params TargetSpec[] targets) => Report(targets).Verdicts;

    private static RunReport Report(IReadOnlyList<TargetSpec> targets)
    {
        var scenario = new Scenario
        {
            Name = "x",
            Servers = [new ServerSpec { Kind = ServerKind.Engine }, new ServerSpec { Kind = ServerKind.Peer }],
            Fleet = new FleetSpec { Proxies = 1 },
            Steps = [],
            Targets = targets,
        };
        ServerReport[] servers = [Server("engine", 40, 20), Server("peer", 80, 0)];
        return new RunReport
        {
            Began = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
            Scenario = scenario,
            LoadAverage = 0,
            Floor = _floor,
            Servers = servers,
            Verdicts = Verdict.Judge(scenario, servers, _floor),
        };
    }

    private static ServerReport Server(string name, double last, double before) => new()
    {
        Name = name,
        Steps = [Step("change", last), Step("before", before)],
        Timeline = [new TimelinePoint(0, 10, 100, 5, 1), new TimelinePoint(1, 20, 100, 5, 1)],
        Violations = new Dictionary<string, long>(),
        Examples = [],
    };

    private static StepReport Step(string name, double last) => new()
    {
        Name = name,
        Does = "something",
        Metrics = new SortedDictionary<string, double>(StringComparer.Ordinal) { ["last"] = last },
    };
}
