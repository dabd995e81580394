namespace Mesh.Engine.Convergence;

/// <summary>Is told, once for each proxy, how long a revision took. Called while a stream works: be quick, do not throw.</summary>
public interface IRevisionObserver
{
    /// <summary>A proxy was sent everything.</summary>
    /// <param name="elapsed">Since the revision began.</param>
    void Received(TimeSpan elapsed);

    /// <summary>A proxy has answered everything.</summary>
    /// <param name="elapsed">Since the revision began.</param>
    /// <param name="isRejected">Whether it rejected some of it.</param>
    void Answered(TimeSpan elapsed, bool isRejected);
}
