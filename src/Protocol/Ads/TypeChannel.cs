using System.Diagnostics;
using System.Runtime.CompilerServices;
using Mesh.Engine;
using Mesh.Engine.Content;
using Mesh.Engine.Persistence;
using Mesh.Engine.Snapshots;
using Mesh.Engine.Symbols;

namespace Mesh.Protocol.Ads;

/// <summary>
/// One type of one stream: what the client asked for, what it has, what it is to have. In the steady state that is one
/// reference to a slice shared with other streams and an empty set of deviations; memory does not grow with updates.
/// <see cref="Base"/> is what the client has (names before <see cref="Cursor"/>: <see cref="Target"/>), apart from
/// <see cref="Deviations"/>, which override both.
/// </summary>
internal sealed class TypeChannel : IDisposable
{
    private readonly ResourceEngine _engine;
    private Isolation? _isolation;

    public TypeChannel(ResourceEngine engine, SentNamesTable sent, XdsType rules, ResourceType? type)
    {
        _engine = engine;
        Rules = rules;
        Type = type;
        Subscription = new Subscription(engine.Symbols) { WildcardHasMembers = rules.Wildcard };
        Deviations = new Deviations(engine.Symbols);
        Acks = new AckTracker(sent);
    }

    public XdsType Rules { get; }

    /// <summary>The engine's number; null for a type nobody has resources of.</summary>
    public ResourceType? Type { get; }

    public byte[] TypeUrl => Rules.Utf8Url;

    public Subscription Subscription { get; }

    public Deviations Deviations { get; }

    public AckTracker Acks { get; }

    public ResourceSlice? Base { get; private set; }

    public ResourceSlice? Target { get; private set; }

    /// <summary>Last name of the target that was written; none: nothing of it yet, or all.</summary>
    public Symbol Cursor { get; set; }

    public bool HasUnsent => !ReferenceEquals(Base, Target);

    /// <summary>The client waits for a response to <c>*</c>, even an empty one.</summary>
    public bool AnswerDue { get; set; }

    /// <summary>A target without resources is held back: see <see cref="XdsType.GuardedAgainstEmptying"/>.</summary>
    public bool EmptyingHeldBack { get; private set; }

    /// <summary>Since when removals wait; null: none do.</summary>
    public long? RemovalsWaitSince { get; set; }

    /// <summary>The search for what the client rejected; begun with the first rejection.</summary>
    public Isolation Isolation => _isolation ??= new Isolation();

    /// <summary>Whether parts of a rejected response wait to be sent again.</summary>
    public bool IsIsolating => _isolation is { Pending: true };

    /// <summary>Whether the client has what it is to have, and waits for nothing that can be sent.</summary>
    public bool IsAtRest => !HasUnsent && !AnswerDue && RemovalsWaitSince is null && Cursor == Symbol.None && Deviations.Count == 0 && !IsIsolating;

    /// <summary>Sum of the marks of what the client reported to have: comparable with what it was given once.</summary>
    public UInt128 HeldFingerprint { get; private set; }

    /// <summary>Version texts that the client reported and that are yet to be judged.</summary>
    public Dictionary<Symbol, byte[]>? HeldTexts { get; private set; }

    public long Sent { get; set; }

    public long Accepted { get; set; }

    public long Rejected { get; set; }

    public long LastNonce { get; set; }

    public long LastSentAt { get; set; }

    public long LastAnswerAt { get; set; }

    public long UnknownNonces { get; set; }

    public string? LastRejection { get; set; }

    /// <summary>State of the world: whether the client ever gave names, so that none means none.</summary>
    public bool WasExplicit { get; set; }

    /// <summary>State of the world: whether the client came with a set from a stream before, and was not told the whole one yet.</summary>
    public bool HoldsOlderSet { get; set; }

    /// <summary>State of the world: whether the client rejected a whole set and has accepted none since, so that it may use what was before.</summary>
    public bool IsFullSetRejected { get; set; }

    /// <summary>Makes room for a request.</summary>
    /// <param name="names">Names that it asks for.</param>
    /// <param name="versions">Names of which it has a version.</param>
    public void Expect(int names, int versions)
    {
        Subscription.Expect(names);
        Deviations.Expect(Math.Max(names, versions));
    }

    /// <summary>Sets what the client is to have. False: the set is newly held back because it is empty and should not be.</summary>
    public bool Retarget(ResourceSlice? next, bool mayBeEmptied)
    {
        Debug.Assert(Cursor == Symbol.None, "a target is written whole before the next one");
        var empties = Rules.GuardedAgainstEmptying && !mayBeEmptied && next is null && (Base is not null || HoldsSomething());
        if (empties)
        {
            var isNew = !EmptyingHeldBack;
            EmptyingHeldBack = true;
            return !isNew;
        }

        EmptyingHeldBack = false;
        if (!ReferenceEquals(next, Target))
        {
            next?.AddReference();
            Release(Target);
            Target = next;
        }

        return true;
    }

    /// <summary>The target is sent: it is what the client has.</summary>
    public void Complete()
    {
        Cursor = Symbol.None;
        if (HasUnsent)
        {
            Target?.AddReference();
            Release(Base);
            Base = Target;
        }
    }

    /// <summary>The last response, a large one, was written to its end.</summary>
    public void SentWhole(long nonce, long now)
    {
        Acks.SentWhole(nonce, now);
        LastSentAt = now;
    }

    /// <summary>What the slices say the client has of a name, deviations apart.</summary>
    public ResourceRef InSlices(Symbol name)
    {
        var slice = Cursor != Symbol.None && name <= Cursor ? Target : Base;
        return slice is null || !Subscription.Covers(name) ? ResourceRef.None : slice.Find(name);
    }

    /// <summary>Version the client is believed to have; none also when nothing is known.</summary>
    public VersionId Believed(Symbol name)
    {
        if (Deviations.TryGet(name, out var state))
        {
            return state.Unknown ? VersionId.None : state.Held;
        }

        var resource = InSlices(name);
        return resource.IsNone ? VersionId.None : _engine.Version(resource);
    }

    /// <summary>
    /// The client asks for a name: it is answered even when nothing changed, for it may have dropped what it had.
    /// https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#subscribing-to-resources
    /// </summary>
    public void Subscribe(Symbol name)
    {
        var had = Subscription.Covers(name);
        Subscription.Add(name);
        ref var state = ref Deviations.GetOrAdd(name, out _);
        state = new ClientState { Unknown = had, Forced = true };
    }

    /// <summary>The client asks for a name that is not tracked: it is told once that there is none.</summary>
    public void Refuse(Symbol name)
    {
        ref var state = ref Deviations.GetOrAdd(name, out var existed);
        if (!existed)
        {
            state.Refused = true;
        }
    }

    /// <summary>
    /// The client gives up a name. Under a wildcard it must be told whether it keeps the resource.
    /// https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#unsubscribing-from-resources
    /// </summary>
    public void Unsubscribe(Symbol name)
    {
        if (!Subscription.Remove(name))
        {
            return;
        }

        if (Subscription.Covers(name))
        {
            ref var state = ref Deviations.GetOrAdd(name, out _);
            state = new ClientState { Unknown = true, Forced = true };
        }
        else
        {
            Forget(name);
        }
    }

    /// <summary>State of the world: a name is no longer in the list. Nothing is owed for it.</summary>
    public void GiveUp(Symbol name)
    {
        Forget(name);
        Subscription.Remove(name);
    }

    /// <summary>The client asks for everything, perhaps again: everything is sent, and what it may have and is to lose is still removed.</summary>
    public void SubscribeWildcard()
    {
        if (Rules.Wildcard)
        {
            DoubtWhatItHas();
            Cursor = Symbol.None;
            Release(Base);
            Base = null;
        }

        Subscription.Wildcard = true;
        AnswerDue = true;
    }

    public void UnsubscribeWildcard()
    {
        Subscription.Wildcard = false;
        AnswerDue = false;
    }

    /// <summary>Takes over what a reconnected client says it has. Names that it does not ask for are not our business.</summary>
    public void TakeHeldVersion(Symbol name, ReadOnlySpan<byte> version, bool resend)
    {
        if (!Subscription.Covers(name))
        {
            return;
        }

        AnswerDue = false;
        ref var state = ref Deviations.GetOrAdd(name, out var existed);
        state.Asked = existed;
        state.Forced = existed && resend;
        state.Unknown = version.IsEmpty;
        state.Held = version.IsEmpty ? VersionId.None : VersionId.OfText(version);
        if (!version.IsEmpty)
        {
            HeldFingerprint += ResourceMark.Of(_engine.Symbols.Name(name), state.Held);
        }

        if (Rules.HeldVersionsAreJudged && !version.IsEmpty)
        {
            (HeldTexts ??= [])[name] = version.ToArray();
        }
    }

    /// <summary>A parent was written anew: what hangs on it must follow although it did not change.</summary>
    public void SendAgain(Symbol name)
    {
        if (!Subscription.Covers(name))
        {
            return;
        }

        ref var known = ref Deviations.Find(name);
        if (!Unsafe.IsNullRef(ref known))
        {
            known.Forced |= known.MayHave;
            return;
        }

        var resource = InSlices(name);
        if (!resource.IsNone)
        {
            ref var state = ref Deviations.GetOrAdd(name, out _);
            state = new ClientState { Held = _engine.Version(resource), Forced = true };
        }
    }

    /// <summary>Forgets everything about a name that is no longer asked for.</summary>
    public void Forget(Symbol name)
    {
        HeldTexts?.Remove(name);
        Deviations.Remove(name);
    }

    public void Dispose()
    {
        Acks.Clear();
        Deviations.Clear();
        Subscription.Clear();
        Release(Base);
        Release(Target);
        Base = null;
        Target = null;
    }

    /// <summary>Whether the client, of which no set is known, may have something all the same. What it asked for by name is answered in any case.</summary>
    private bool HoldsSomething()
    {
        foreach (var (_, state) in Deviations)
        {
            if (state.MayHave && !state.Forced)
            {
                return true;
            }
        }

        return HoldsOlderSet;
    }

    /// <summary>
    /// Of everything it may have, it has any version or none; what is owed to it stays owed. Noted for each name, not only for those that the target lacks:
    /// the next one may lack others.
    /// </summary>
    private void DoubtWhatItHas()
    {
        foreach (var (name, state) in Deviations)
        {
            Deviations.Find(name) = new ClientState { Unknown = state.MayHave, Forced = state.Forced || state.Refused, Asked = state.Asked };
        }

        Doubt(Base);
        if (Cursor != Symbol.None)
        {
            Doubt(Target);
        }
    }

    private void Doubt(ResourceSlice? slice)
    {
        if (slice is null)
        {
            return;
        }

        Deviations.Expect(slice.Count);
        foreach (var (name, _) in slice)
        {
            if (!InSlices(name).IsNone)
            {
                ref var state = ref Deviations.GetOrAdd(name, out var existed);
                state.Unknown |= !existed;
            }
        }
    }

    private void Release(ResourceSlice? slice)
    {
        if (slice is not null)
        {
            _engine.Release(slice);
        }
    }
}
