using System.Collections.Concurrent;
using Google.Protobuf;
using Mesh.Model.Resources;
using Mesh.Zone.Ingest;
using Mesh.Zone.Secrets;

namespace Mesh.Zone.Tests;

/// <summary>Nobody waits for the rest of a round: neither what is finished nor another mesh.</summary>
public sealed class RoundWorkersTests
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task ForEach_Items_EachIsWorkedOnOnceOffThePool()
    {
        using var workers = new RoundWorkers(2);
        var seen = new ConcurrentDictionary<int, bool>();
        var repeated = 0;
        await workers.ForEachAsync(Enumerable.Range(0, 1000).ToList(), item =>
        {
            if (!seen.TryAdd(item, Thread.CurrentThread.IsThreadPoolThread))
            {
                Interlocked.Increment(ref repeated);
            }
        }).WaitAsync(_limit, TestContext.Current.CancellationToken);
        Assert.Equal(1000, seen.Count);
        Assert.Equal(0, repeated);
        Assert.DoesNotContain(true, seen.Values);
    }

    [Fact]
    public async Task ForEach_SmallJobAfterLarge_DoesNotWaitForItsEnd()
    {
        using var workers = new RoundWorkers(1);
        using var gate = new ManualResetEventSlim();
        var order = new ConcurrentQueue<string>();
        var large = workers.ForEachAsync(Enumerable.Range(0, 100).ToList(), item =>
        {
            gate.Wait(_limit);
            order.Enqueue($"large {item}");
        });
        var small = workers.ForEachAsync(["small"], order.Enqueue);
        gate.Set();
        await Task.WhenAll(large, small).WaitAsync(_limit, TestContext.Current.CancellationToken);
        Assert.True(order.ToList().IndexOf("small") < 50, string.Join(", ", order));
    }

    [Fact]
    public async Task Round_OneProxyIsNotFinished_OthersHaveTheirSnapshots()
    {
        using var secrets = new GatedSecrets("slow");
        await using var mesh = new MeshFixture(secrets: secrets);
        await mesh.PutAsync(
            """{"type": "Mesh", "name": "default"}""",
            """{"type": "MeshIdentity", "name": "all", "spec": {"selector": {"dataplane": {"matchLabels": {} } }, "provider": {"type": "Bundled"} } }""",
            MeshFixture.Dataplane("slow", "a", 1),
            MeshFixture.Dataplane("quick-1", "a", 2),
            MeshFixture.Dataplane("quick-2", "a", 3));
        foreach (var name in new[] { "slow", "quick-1", "quick-2" })
        {
            mesh.Connect(name);
        }

        mesh.Pipeline.Start();
        try
        {
            await secrets.Reached.WaitAsync(_limit, TestContext.Current.CancellationToken);
            await UntilAsync(() => mesh.Pipeline.GetConfig(new ProxyKey("default", "quick-1")) is not null
                && mesh.Pipeline.GetConfig(new ProxyKey("default", "quick-2")) is not null);
            Assert.Null(mesh.Pipeline.GetConfig(new ProxyKey("default", "slow")));
        }
        finally
        {
            secrets.Open();
        }

        await mesh.UntilAsync(() => mesh.Pipeline.GetConfig(new ProxyKey("default", "slow")) is not null);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(_limit);
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>Has the certificate of one proxy when it is told to.</summary>
    private sealed class GatedSecrets(string slow) : IWorkloadSecrets, IDisposable
    {
        private readonly ManualResetEventSlim _gate = new();
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public event Action<ProxyKey>? Changed
        {
            add { }
            remove { }
        }

        public Task Reached => _reached.Task;

        public WorkloadCertificate? Find(ProxyKey proxy, Resource identity, Resource dataplane)
        {
            if (proxy.Name == slow)
            {
                _reached.TrySetResult();
                _gate.Wait(_limit);
            }

            return new WorkloadCertificate(ByteString.CopyFromUtf8("chain"), ByteString.CopyFromUtf8("key"), "v1");
        }

        public void Release(ProxyKey proxy)
        {
        }

        public void Open() => _gate.Set();

        public void Dispose() => _gate.Dispose();
    }
}
