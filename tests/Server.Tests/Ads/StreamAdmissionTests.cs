using Mesh.Server.Ads.Admission;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Server.Tests.Ads;

public sealed class StreamAdmissionTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private StreamAdmission? _admission;

    [Fact]
    public async Task Enter_FleetOfAThousand_IsLetInAtOnce()
    {
        var admission = Create(new AdmissionOptions());
        for (var i = 0; i < 1000; i++)
        {
            Assert.True(await Completed(Enter(admission)));
        }

        Assert.Equal(0, admission.Waiting);
    }

    [Fact]
    public async Task Enter_MoreThanMayOpen_StandInLineInOrder()
    {
        var admission = Create(new AdmissionOptions { MaxOpening = 1 });
        Assert.True(await Completed(Enter(admission)));
        var (second, third) = (Enter(admission), Enter(admission));
        Assert.False(second.IsCompleted);
        admission.Leave();
        Assert.True(await Completed(second));
        Assert.False(third.IsCompleted);
        admission.Leave();
        Assert.True(await Completed(third));
        Assert.Equal((1, 0), (admission.Opening, admission.Waiting));
    }

    [Fact]
    public async Task Enter_LineIsFull_IsRefused()
    {
        var admission = Create(new AdmissionOptions { MaxOpening = 1, MaxWaiting = 1 });
        Assert.True(await Completed(Enter(admission)));
        var waiting = Enter(admission);
        Assert.False(await Completed(Enter(admission)));
        Assert.False(waiting.IsCompleted);
    }

    [Fact]
    public async Task Enter_WaitedTooLong_IsRefused()
    {
        var admission = Create(new AdmissionOptions { MaxOpening = 1, MaxWait = TimeSpan.FromSeconds(3) });
        Assert.True(await Completed(Enter(admission)));
        var waiting = Enter(admission);
        _clock.Advance(TimeSpan.FromSeconds(2.9));
        Assert.False(waiting.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.False(await Completed(waiting));
    }

    [Fact]
    public async Task Enter_FasterThanTheRate_WaitsForTheNextStart()
    {
        var admission = Create(new AdmissionOptions { StartsPerSecond = 10 });
        for (var i = 0; i < 10; i++)
        {
            Assert.True(await Completed(Enter(admission)));
        }

        var waiting = Enter(admission);
        _clock.Advance(TimeSpan.FromMilliseconds(90));
        Assert.False(waiting.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(20));
        Assert.True(await Completed(waiting));
    }

    [Fact]
    public async Task Enter_AfterALongRest_OnlyOneSecondsStartsAreSaved()
    {
        var admission = Create(new AdmissionOptions { StartsPerSecond = 10 });
        _clock.Advance(TimeSpan.FromHours(1));
        for (var i = 0; i < 10; i++)
        {
            Assert.True(await Completed(Enter(admission)));
        }

        Assert.False(Enter(admission).IsCompleted);
    }

    [Fact]
    public async Task Enter_WaitingClientIsGone_TakesNoPlace()
    {
        var admission = Create(new AdmissionOptions { MaxOpening = 1 });
        Assert.True(await Completed(Enter(admission)));
        using var gone = new CancellationTokenSource();
        var lost = admission.EnterAsync(gone.Token).AsTask();
        var next = Enter(admission);
        await gone.CancelAsync();
        admission.Leave();
        Assert.False(await Completed(lost));
        Assert.True(await Completed(next));
    }

    [Fact]
    public async Task Enter_WaitingClientsAreGone_LeaveTheirPlaceInLineToOthers()
    {
        var admission = Create(new AdmissionOptions { MaxOpening = 1, MaxWaiting = 2 });
        Assert.True(await Completed(Enter(admission)));
        var stays = Enter(admission);
        for (var i = 0; i < 10; i++)
        {
            using var gone = new CancellationTokenSource();
            var lost = admission.EnterAsync(gone.Token).AsTask();
            Assert.False(lost.IsCompleted, $"client {i} was not let into the line");
            Assert.Equal(2, admission.Waiting);
            await gone.CancelAsync();
            Assert.False(await Completed(lost));
            Assert.Equal(1, admission.Waiting);
        }

        var last = Enter(admission);
        Assert.False(await Completed(Enter(admission)));
        admission.Leave();
        Assert.True(await Completed(stays));
        Assert.False(last.IsCompleted);
        admission.Leave();
        Assert.True(await Completed(last));
        Assert.Equal((1, 0), (admission.Opening, admission.Waiting));
    }

    [Fact]
    public async Task Enter_ClientThatIsGoneAlready_DoesNotStandInLine()
    {
        var admission = Create(new AdmissionOptions { MaxOpening = 1 });
        Assert.True(await Completed(Enter(admission)));
        Assert.False(await Completed(admission.EnterAsync(new CancellationToken(canceled: true)).AsTask()));
        Assert.Equal(0, admission.Waiting);
    }

    [Fact]
    public async Task Place_GivenBackTwice_LetsOneIn()
    {
        var admission = Create(new AdmissionOptions { MaxOpening = 1 });
        Assert.True(await Completed(Enter(admission)));
        var place = admission.TakePlace();
        var (second, third) = (Enter(admission), Enter(admission));
        place.Dispose();
        place.Dispose();
        Assert.True(await Completed(second));
        Assert.False(third.IsCompleted);
    }

    [Fact]
    public async Task Place_HeldTooLong_IsTakenBackWhenSomebodyWaits()
    {
        var admission = Create(new AdmissionOptions { MaxOpening = 2, FirstSnapshotPatience = TimeSpan.FromSeconds(5) });
        Assert.True(await Completed(Enter(admission)));
        var first = admission.TakePlace();
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.True(await Completed(Enter(admission)));
        var second = admission.TakePlace();
        var (third, fourth) = (Enter(admission), Enter(admission));
        _clock.Advance(TimeSpan.FromSeconds(2.9));
        Assert.False(third.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.True(await Completed(third));
        Assert.False(fourth.IsCompleted);
        // It has none any more.
        first.Dispose();
        Assert.False(fourth.IsCompleted);
        second.Dispose();
        Assert.True(await Completed(fourth));
        Assert.Equal(2, admission.Opening);
    }

    [Fact]
    public async Task Place_OfAStreamWithoutConfiguration_DoesNotKeepThoseOfLaterOnes()
    {
        var admission = Create(new AdmissionOptions { MaxOpening = 1, FirstSnapshotPatience = TimeSpan.FromSeconds(5) });
        for (var i = 0; i < 3; i++)
        {
            // Nobody waits: the one before is found to be too old by the next.
            Assert.True(await Completed(Enter(admission)));
            admission.TakePlace();
            _clock.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Equal(1, admission.Opening);
    }

    [Fact]
    public async Task Close_Waiting_AreRefusedAndNobodyComesIn()
    {
        var admission = Create(new AdmissionOptions { MaxOpening = 1 });
        Assert.True(await Completed(Enter(admission)));
        var waiting = Enter(admission);
        admission.Close();
        Assert.False(await Completed(waiting));
        admission.Leave();
        Assert.False(await Completed(Enter(admission)));
    }

    public void Dispose() => _admission?.Dispose();

    private static Task<bool> Enter(StreamAdmission admission) => admission.EnterAsync(CancellationToken.None).AsTask();

    /// <summary>What is decided; fails when it is not decided.</summary>
    private static Task<bool> Completed(Task<bool> entry) => entry.WaitAsync(TimeSpan.FromSeconds(20));

    private StreamAdmission Create(AdmissionOptions options) => _admission = new StreamAdmission(options, _clock);
}
