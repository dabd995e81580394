using Mesh.Cli.Demo;
using Mesh.Cli.Demo.Zones;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Cli.Tests.Demo;

/// <summary>When a failed call of the demo is the mesh's fault and when it is not.</summary>
public sealed class DemoRouteTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly DemoParts _parts = new();
    private readonly DemoRoute _route = new("r", new Uri("http://127.0.0.1"), 200, [["portal", "near"], ["portal", "far"]]);

    public DemoRouteTests()
    {
        foreach (var name in (string[])["global", "portal", "near", "far"])
        {
            _parts.Add(new DemoPart(name, _ => Task.FromResult<IAsyncDisposable>(new Nothing()), _clock));
        }
    }

    [Fact]
    public async Task Failure_WhileEverythingRunsForLong_IsTheMeshesFault()
    {
        await StartAllAsync();

        Assert.False(_route.MustSucceed(_parts));
        _clock.Advance(DemoRoute.Recovery);
        Assert.True(_route.MustSucceed(_parts));
    }

    [Fact]
    public async Task Failure_OneOfTwoWaysIsDown_IsExcusedOnlyForAWhile()
    {
        await StartAllAsync();
        _clock.Advance(DemoRoute.Recovery);
        await _parts["near"].KillAsync();

        Assert.False(_route.MustSucceed(_parts));
        _clock.Advance(DemoRoute.Recovery);
        Assert.True(_route.MustSucceed(_parts));
    }

    [Fact]
    public async Task Failure_NoWayIsLeft_IsExcused()
    {
        await StartAllAsync();
        await _parts["portal"].KillAsync();
        _clock.Advance(DemoRoute.Recovery * 2);

        Assert.False(_route.MustSucceed(_parts));
    }

    [Fact]
    public async Task Failure_AControlPlaneIsDown_IsNotExcused()
    {
        await StartAllAsync();
        _clock.Advance(DemoRoute.Recovery);
        await _parts["global"].KillAsync();

        Assert.True(_route.MustSucceed(_parts));
    }

    [Theory]
    [InlineData("""{"service":"a in zone-1","next":{"service":"b in zone-2"}}""", "a in zone-1, b in zone-2")]
    [InlineData("""{"service":"a","next":"RBAC: access denied"}""", "a")]
    [InlineData("no healthy\nupstream", "no healthy upstream")]
    public void Answer_OfAChain_NamesWhoAnswered(string body, string expected)
    {
        Assert.Equal(expected, DemoRoute.Answerers(new DemoCall(200, TimeSpan.Zero, body)));
    }

    [Fact]
    public async Task Key_OfAPart_KillsWhatRunsAndStartsWhatDoesNot()
    {
        var keys = new DemoKeys(_parts);

        Assert.Equal(new DemoStep(DemoVerb.Start, "portal", TimeSpan.Zero), keys.StepOf('2'));
        await _parts["portal"].StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal(new DemoStep(DemoVerb.Kill, "portal", TimeSpan.Zero), keys.StepOf('2'));
        Assert.Null(keys.StepOf('9'));
        Assert.Equal("1 global  2 portal  3 near  4 far  q quit", keys.Legend);
    }

    private Task StartAllAsync() => _parts.StartAsync(_parts.Names, TestContext.Current.CancellationToken);

    private sealed class Nothing : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
