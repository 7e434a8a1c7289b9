// Whether heatmaps are shown, and how strongly: the same on all screens. Off until somebody asks for them.
import { ref } from "vue";

export const isMapShown = ref(false);
/** The map of the model before is shown, in the place of the newest one's. */
export const isPreviousMapShown = ref(false);
export const strength = ref(0.7);
