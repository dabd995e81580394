using System.Net.Sockets;
using Mesh.Server.Ads.Sockets.Polling;

namespace Mesh.Server.Tests.Sockets;

public sealed class PolledStreamTests
{
    [Fact]
    public async Task Read_WhatComesLater_IsRead()
    {
        using var pair = await PolledPair.ConnectAsync();
        var buffer = new byte[16];
        var read = pair.Stream.ReadAsync(buffer).AsTask();
        Assert.False(read.IsCompleted);
        await pair.Client.SendAsync(new byte[] { 1, 2, 3 });
        Assert.Equal(3, await read.WaitAsync(PolledPair.Deadline));
        Assert.Equal([1, 2, 3], buffer[..3]);
    }

    [Fact]
    public async Task Read_EmptyBuffer_WaitsForBytesAndTakesNone()
    {
        using var pair = await PolledPair.ConnectAsync();
        var waits = pair.Stream.ReadAsync(Memory<byte>.Empty).AsTask();
        Assert.False(waits.IsCompleted);
        await pair.Client.SendAsync(new byte[] { 7 });
        Assert.Equal(0, await waits.WaitAsync(PolledPair.Deadline));
        var buffer = new byte[16];
        Assert.Equal(1, await pair.Stream.ReadAsync(buffer).AsTask().WaitAsync(PolledPair.Deadline));
        Assert.Equal(7, buffer[0]);
        Assert.False(pair.Stream.ReadAsync(Memory<byte>.Empty).AsTask().IsCompleted);
    }

    [Fact]
    public async Task Read_BufferThatIsFilled_FindsTheRest()
    {
        using var pair = await PolledPair.ConnectAsync();
        await pair.Client.SendAsync(new byte[10]);
        var buffer = new byte[4];
        for (var left = 10; left > 0;)
        {
            left -= await pair.Stream.ReadAsync(buffer).AsTask().WaitAsync(PolledPair.Deadline);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(16)]
    public async Task Read_ClientThatEndsItsSide_IsReadToItsEnd(int bytes)
    {
        using var pair = await PolledPair.ConnectAsync();
        var isThere = bytes > 0 ? pair.Stream.ReadAsync(Memory<byte>.Empty).AsTask() : Task.CompletedTask;
        await pair.Client.SendAsync(new byte[bytes]);
        pair.Client.Shutdown(SocketShutdown.Send);
        await isThere.WaitAsync(PolledPair.Deadline);
        var buffer = new byte[16];
        for (var left = bytes; left > 0;)
        {
            left -= await pair.Stream.ReadAsync(buffer).AsTask().WaitAsync(PolledPair.Deadline);
        }

        // Also when it is asked again: nothing tells of an end twice.
        Assert.Equal(0, await pair.Stream.ReadAsync(buffer).AsTask().WaitAsync(PolledPair.Deadline));
        Assert.Equal(0, await pair.Stream.ReadAsync(Memory<byte>.Empty).AsTask().WaitAsync(PolledPair.Deadline));
        Assert.Equal(0, await pair.Stream.ReadAsync(buffer).AsTask().WaitAsync(PolledPair.Deadline));
        // Our side is open.
        await pair.Stream.WriteAsync(new byte[] { 9 });
        Assert.Equal(1, await pair.Client.ReceiveAsync(buffer, PolledPair.Deadline));
    }

    [Fact]
    public async Task Read_ClientThatResets_IsALoss()
    {
        using var pair = await PolledPair.ConnectAsync();
        var read = pair.Stream.ReadAsync(new byte[16]).AsTask();
        pair.Client.LingerState = new LingerOption(true, 0);
        pair.Client.Dispose();
        var lost = await Assert.ThrowsAsync<IOException>(() => read.WaitAsync(PolledPair.Deadline));
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(lost.InnerException).SocketErrorCode);
        await Assert.ThrowsAsync<IOException>(async () =>
        {
            while (true)
            {
                await pair.Stream.WriteAsync(new byte[1000]);
            }
        });
    }

    [Fact]
    public async Task Write_MoreThanTheSocketTakes_GoesOnWhenTheClientReads()
    {
        using var pair = await PolledPair.ConnectAsync();
        var sent = new byte[16 * 1024 * 1024];
        new Random(1).NextBytes(sent);
        var write = pair.Stream.WriteAsync(sent).AsTask();
        Assert.False(write.IsCompleted);
        var received = new byte[sent.Length];
        for (var at = 0; at < received.Length;)
        {
            at += await pair.Client.ReceiveAsync(received.AsMemory(at), PolledPair.Deadline);
        }

        await write.WaitAsync(PolledPair.Deadline);
        Assert.True(sent.AsSpan().SequenceEqual(received));
    }

    [Fact]
    public async Task Dispose_SomebodyWaits_GoesOnWithAnError()
    {
        using var pair = await PolledPair.ConnectAsync();
        var read = pair.Stream.ReadAsync(new byte[16]).AsTask();
        var write = pair.Stream.WriteAsync(new byte[16 * 1024 * 1024]).AsTask();
        Assert.False(read.IsCompleted || write.IsCompleted);
        pair.Stream.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => read.WaitAsync(PolledPair.Deadline));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => write.WaitAsync(PolledPair.Deadline));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => pair.Stream.ReadAsync(new byte[1]).AsTask());
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await pair.Stream.WriteAsync(new byte[1]));
        // The client sees an end, whatever it had not read.
        var buffer = new byte[64 * 1024];
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            while (await pair.Client.ReceiveAsync(buffer, PolledPair.Deadline) > 0)
            {
            }

            throw new EndOfStreamException();
        });
    }

    [Fact]
    public async Task Cancel_SomebodyWaits_GoesOnAndTheNextOneReads()
    {
        using var pair = await PolledPair.ConnectAsync();
        using var cancellation = new CancellationTokenSource();
        var read = pair.Stream.ReadAsync(new byte[16], cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read.WaitAsync(PolledPair.Deadline));
        await pair.Client.SendAsync(new byte[] { 5 });
        Assert.Equal(1, await pair.Stream.ReadAsync(new byte[16], PolledPair.Deadline).AsTask().WaitAsync(PolledPair.Deadline));

        using var another = new CancellationTokenSource();
        var write = pair.Stream.WriteAsync(new byte[16 * 1024 * 1024], another.Token).AsTask();
        Assert.False(write.IsCompleted);
        await another.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write.WaitAsync(PolledPair.Deadline));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GoesOnInline_SaysWhereWhoWaitedGoesOn(bool isInline)
    {
        using var pair = await PolledPair.ConnectAsync();
        pair.Stream.GoesOnInline = isInline;
        var where = WhereAsync(pair.Stream);
        await pair.Client.SendAsync(new byte[] { 1 });
        Assert.Equal(!isInline, await where.WaitAsync(PolledPair.Deadline));

        static async Task<bool> WhereAsync(Stream stream)
        {
            Assert.Equal(1, await stream.ReadAsync(new byte[1]).ConfigureAwait(false));
            return Thread.CurrentThread.IsThreadPoolThread;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Read_ClientThatAlwaysHasSomethingQueued_OthersOfItsPollerAreHeard(bool waitsFirst)
    {
        Assert.SkipUnless(Poller.IsSupported, "pollers are for Linux");
        var poller = Poller.Next();
        using var busy = await PolledPair.ConnectAsync(poller);
        using var other = await PolledPair.ConnectAsync(poller);
        busy.Stream.GoesOnInline = other.Stream.GoesOnInline = true;
        var begun = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var isOver = PolledPair.Deadline;
        var heard = other.Stream.ReadAsync(new byte[1]).AsTask();
        var flood = FloodAsync();
        await busy.Client.SendAsync(new byte[16]);
        Assert.False(await begun.Task.WaitAsync(isOver));
        await other.Client.SendAsync(new byte[] { 1 });
        await flood;
        Assert.True(heard.IsCompleted);

        async Task FloodAsync()
        {
            var buffer = new byte[16];
            while (!heard.IsCompleted && !isOver.IsCancellationRequested)
            {
                if (waitsFirst)
                {
                    await busy.Stream.ReadAsync(Memory<byte>.Empty).ConfigureAwait(false);
                }

                await busy.Stream.ReadAsync(buffer).ConfigureAwait(false);
                begun.TrySetResult(Thread.CurrentThread.IsThreadPoolThread);
                // Before it is asked for.
                busy.Client.Send(buffer);
            }
        }
    }

    [Fact]
    public async Task Run_TurnsThatAskForTurns_AllRunOnPollers()
    {
        var turns = Enumerable.Range(0, 50).Select(_ => new Turn(100)).ToArray();
        await Task.WhenAll(turns.Select(turn => Task.Run(turn.Begin)));
        await Task.WhenAll(turns.Select(turn => turn.Done)).WaitAsync(PolledPair.Deadline);
        Assert.All(turns, turn => Assert.Equal(0, turn.OnThreadPool));
    }

    [Fact]
    public async Task Churn_ManyStreamsThatComeAndGo_EachGetsItsOwnBytes()
    {
        // Places and descriptors of those who left are taken by those who come, while events of the former are under way.
        await Parallel.ForEachAsync(Enumerable.Range(0, 2000), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (number, _) =>
        {
            using var pair = await PolledPair.ConnectAsync();
            var echo = EchoAsync(pair.Stream);
            var sent = BitConverter.GetBytes(number);
            await pair.Client.SendAsync(sent);
            var received = new byte[4];
            for (var at = 0; at < 4;)
            {
                at += await pair.Client.ReceiveAsync(received.AsMemory(at), PolledPair.Deadline);
            }

            Assert.Equal(sent, received);
            if (number % 3 == 0)
            {
                pair.Stream.Dispose();
            }
            else if (number % 3 == 1)
            {
                pair.Client.LingerState = new LingerOption(true, 0);
                pair.Client.Dispose();
            }
            else
            {
                pair.Client.Dispose();
            }

            await echo.WaitAsync(PolledPair.Deadline);
        });

        static async Task EchoAsync(PolledStream stream)
        {
            var buffer = new byte[16];
            try
            {
                while (true)
                {
                    Assert.Equal(0, await stream.ReadAsync(Memory<byte>.Empty));
                    var read = await stream.ReadAsync(buffer);
                    if (read == 0)
                    {
                        return;
                    }

                    await stream.WriteAsync(buffer.AsMemory(0, read));
                }
            }
            catch (Exception lost) when (lost is IOException or ObjectDisposedException)
            {
                // As some of them go.
            }
        }
    }

    private sealed class Turn(int times) : IThreadPoolWorkItem
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _left = times;

        public Task Done => _done.Task;

        public int OnThreadPool { get; private set; }

        public void Begin() => Poller.Run(this);

        public void Execute()
        {
            OnThreadPool += Thread.CurrentThread.IsThreadPoolThread ? 1 : 0;
            if (--_left == 0)
            {
                _done.SetResult();
                return;
            }

            Poller.Run(this);
        }
    }
}
