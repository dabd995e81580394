using Mesh.Engine.Persistence;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Engine.Tests;

public sealed class ManifestRecorderTests
{
    private readonly ResourceEngine _engine = new();
    private readonly ResourceType _type;
    private readonly FakeTimeProvider _clock = new();
    private readonly Archive _archive = new();
    private readonly List<Exception?> _troubles = [];

    public ManifestRecorderTests() => _type = _engine.Types.Register("type.googleapis.com/test.Thing");

    [Fact]
    public async Task Publish_ManyTimes_WritesTheNewestOnce()
    {
        await using var recorder = Record();
        Publish("p", 1);
        Publish("p", 2);
        Publish("q", 1);
        await UntilAsync(() => _archive.Count == 2);
        Assert.Equal(Manifest(2), _archive.Find("p"));
        Assert.Equal(Manifest(1), _archive.Find("q"));
        Assert.Equal(2, _archive.Written);
    }

    [Fact]
    public async Task Withdraw_OfAProxy_KeepsItsManifest()
    {
        await using var recorder = Record();
        Publish("p", 1);
        _engine.Withdraw("p");
        Publish("q", 1);
        await UntilAsync(() => _archive.Count == 2);
        _engine.Withdraw("q");
        Assert.Equal(Manifest(1), _archive.Find("p"));
        Assert.Equal(Manifest(1), _archive.Find("q"));
    }

    [Fact]
    public async Task IsGiven_WhileAProxyHasASnapshot_IsTrue()
    {
        await using var recorder = Record();
        Publish("p", 1);
        await UntilAsync(() => _archive.Count == 1);
        Assert.True(_archive.IsGiven!("p"));
        _engine.Withdraw("p");
        Assert.False(_archive.IsGiven("p"));
        Assert.False(_archive.IsGiven("q"));
    }

    [Fact]
    public async Task Publish_WhatIsRecordedAlready_WritesNothing()
    {
        _archive.Write([new("p", Manifest(1))], _ => false);
        await using (var recorder = Record())
        {
            Publish("p", 1);
        }

        Assert.Equal(1, _archive.Written);
    }

    [Fact]
    public async Task Fault_UntilOvercome_IsToldOnceAndLosesNothing()
    {
        _archive.Fault = new IOException("No space left on device");
        await using var recorder = Record();
        Publish("p", 1);
        await UntilAsync(() => _archive.Failed > 1);
        Publish("p", 3);
        _archive.Fault = null;
        await UntilAsync(() => _archive.Count == 1);
        await UntilAsync(() => _troubles.Count == 2);
        Assert.Equal(Manifest(3), _archive.Find("p"));
        Assert.IsType<IOException>(_troubles[0]);
        Assert.Null(_troubles[1]);
        Assert.Equal(0, recorder.WaitingCount);
    }

    [Fact]
    public async Task Fault_WithAnOlderAndANewerOfOneProxy_KeepsTheNewer()
    {
        _archive.Fault = new IOException("No space left on device");
        await using var recorder = Record();
        Publish("p", 1);
        await UntilAsync(() => _archive.Failed > 0);
        Publish("p", 2);
        _engine.Withdraw("p");
        Publish("p", 3);
        var failed = _archive.Failed;
        await UntilAsync(() => _archive.Failed > failed + 1);
        _archive.Fault = null;
        await UntilAsync(() => recorder.WaitingCount == 0 && _archive.Count == 1);
        Assert.Equal(Manifest(3), _archive.Find("p"));
    }

    [Fact]
    public async Task Fault_WithOneThatTheRecordedOneReplacesAgain_KeepsTheRecordedOne()
    {
        _archive.Write([new("p", Manifest(1))], _ => false);
        await using (var recorder = Record())
        {
            _archive.Fault = new IOException("No space left on device");
            Publish("p", 2);
            await UntilAsync(() => _archive.Failed > 0);
            Publish("p", 1);
            _archive.Fault = null;
        }

        Assert.Equal(Manifest(1), _archive.Find("p"));
    }

    [Fact]
    public async Task Withdraw_AndBackToWhatIsRecorded_KeepsTheRecordedOne()
    {
        _archive.Write([new("p", Manifest(1))], _ => false);
        await using (var recorder = Record())
        {
            Publish("p", 2);
            _engine.Withdraw("p");
            Publish("p", 1);
        }

        Assert.Equal(Manifest(1), _archive.Find("p"));
    }

    [Fact]
    public async Task Dispose_WithSomethingWaiting_WritesIt()
    {
        await using (var recorder = Record())
        {
            Publish("p", 1);
        }

        Assert.Equal(Manifest(1), _archive.Find("p"));
        Publish("p", 2);
        Assert.Equal(Manifest(1), _archive.Find("p"));
    }

    [Fact]
    public async Task Dispose_WhileWhatWaitsIsWithdrawn_WritesItAllTheSame()
    {
        await using (var recorder = Record())
        {
            Publish("p", 1);
            Publish("q", 1);
            Publish("r", 1);
            // The first that is looked at takes the others away before they are.
            _archive.Finding = _ =>
            {
                _archive.Finding = null;
                _engine.Withdraw("q");
                _engine.Withdraw("r");
                Publish("r", 2);
            };
        }

        Assert.Equal(Manifest(1), _archive.Find("p"));
        Assert.Equal(Manifest(1), _archive.Find("q"));
        Assert.Equal(Manifest(2), _archive.Find("r"));
    }

    [Fact]
    public void Manifest_OfAnotherProcess_IsEqual()
    {
        var other = new ResourceEngine();
        other.Types.Register("type.googleapis.com/test.Other");
        other.Symbols.Acquire("z");
        var type = other.Types.Register("type.googleapis.com/test.Thing");
        using var snapshot = other.BeginSnapshot().Add(type, "b", [1]).Add(type, "a", [1]).Build();
        using var mine = _engine.BeginSnapshot().Add(_type, "a", [1]).Add(_type, "b", [1]).Build();
        Assert.Equal(SnapshotManifest.Of(mine, _engine.Types), SnapshotManifest.Of(snapshot, other.Types));
    }

    private ManifestRecorder Record() => new(_engine, _archive, _clock, _troubles.Add);

    private void Publish(string proxyId, byte content)
    {
        using var snapshot = _engine.BeginSnapshot().Add(_type, "a", [content]).Build();
        _engine.Publish(proxyId, snapshot);
    }

    private SnapshotManifest Manifest(byte content)
    {
        using var snapshot = _engine.BeginSnapshot().Add(_type, "a", [content]).Build();
        return SnapshotManifest.Of(snapshot, _engine.Types);
    }

    /// <summary>Lets the recorder's pauses pass until something holds.</summary>
    private async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }

    private sealed class Archive : IManifestArchive
    {
        private readonly System.Collections.Concurrent.ConcurrentDictionary<string, SnapshotManifest> _manifests = new();

        public IOException? Fault { get; set; }

        public int Failed { get; private set; }

        public int Written { get; private set; }

        public int Count => _manifests.Count;

        public Action<string>? Finding { get; set; }

        public Func<string, bool>? IsGiven { get; private set; }

        public SnapshotManifest? Find(string proxyId)
        {
            Finding?.Invoke(proxyId);
            return _manifests.GetValueOrDefault(proxyId);
        }

        public void Write(IReadOnlyList<KeyValuePair<string, SnapshotManifest>> manifests, Func<string, bool> isGiven)
        {
            if (Fault is not null)
            {
                Failed++;
                throw Fault;
            }

            IsGiven = isGiven;
            foreach (var (proxyId, manifest) in manifests)
            {
                Written++;
                _manifests[proxyId] = manifest;
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
