namespace Mesh.Load.Envoys;

/// <summary>Is told what virtual Envoys receive, on their thread.</summary>
internal interface IEnvoyObserver
{
    /// <summary>A stream is open and has sent its first requests.</summary>
    void Opened(int envoy);

    /// <summary>A response was taken in.</summary>
    /// <param name="resources">Resources in it.</param>
    /// <param name="bytes">Its size.</param>
    void Received(int envoy, int resources, int bytes);

    /// <summary>A response was accepted or rejected: the answer is written.</summary>
    void Answered(int envoy, bool isAccepted);

    /// <summary>A resource came that says when it was decided.</summary>
    void Aged(long stamp);

    /// <summary>The Envoy has everything for the first time on this stream.</summary>
    void Synced(int envoy);

    /// <summary>The server ended the stream, and the connection is still there: the Envoy will open it again.</summary>
    /// <param name="wasAnswered">Whether the server had answered on it.</param>
    /// <param name="reason">What the server said.</param>
    void Ended(int envoy, bool wasAnswered, string reason);

    /// <summary>A stream that the server ended is about to be opened again.</summary>
    void ComesAgain(int envoy);

    /// <summary>The stream ended, not by us, and there is no connection to open it again.</summary>
    /// <param name="wasOpen">False: it had ended before, and waited.</param>
    /// <param name="reason">Why.</param>
    void Lost(int envoy, bool wasOpen, string reason);
}
